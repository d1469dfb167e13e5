import { migrateDatabase } from '@folkmoot/db';
import { z } from 'zod';
import { endChild, forkModule } from '../fork-module.ts';
import { interleave } from '../measure/interleave.ts';
import { ratios } from '../measure/summary.ts';
import type { Sizes } from '../scale.ts';
import type { SendWayName } from '../senders/send-ways.ts';
import type { SendsRequest } from '../senders/sends-process.ts';
import type { Scenario } from './scenario.ts';

type Size = { senders: number; repeats: number; seconds: number };

const sizes: Sizes<Size> = {
  full: { senders: 64, repeats: 5, seconds: 4 },
  quick: { senders: 64, repeats: 2, seconds: 3 },
  smoke: { senders: 4, repeats: 1, seconds: 0.3 },
};

const messageBytes = 530;
const responseSchema = z.union([z.object({ perSecond: z.number() }), z.object({ error: z.string() })]);

/** Messages a second that one process gets acknowledged as durable, in one room, from 64 who each wait for theirs. */
export const sends: Scenario = {
  name: 'sends',
  figures: ['sends-transaction', 'sends-insert'],
  steps: (scale) => 3 + sizes[scale].repeats * 3,
  async run(world) {
    const { senders, repeats, seconds } = sizes[world.scale];
    const databaseUrl = await world.databaseUrl('sends');
    await migrateDatabase({ url: databaseUrl });
    const child = forkModule('./senders/sends-process', { args: [databaseUrl] });
    const ended = new Promise<unknown>((resolve) => {
      child.once('exit', () => resolve({ error: 'The process of the senders ended.' }));
    });

    const measure = (way: SendWayName, duration: number) => async () => {
      const answer = new Promise<unknown>((resolve) => {
        child.once('message', resolve);
      });
      child.send({ way, senders, seconds: duration, messageBytes } satisfies SendsRequest);
      const response = responseSchema.parse(await Promise.race([answer, ended]));
      if ('error' in response) throw new Error(response.error);
      world.tick();
      return response.perSecond;
    };
    const sides = (duration: number) => ({
      service: measure('service', duration),
      transaction: measure('transaction', duration),
      insert: measure('insert', duration),
    });
    try {
      // The first second compiles code and fills caches.
      await interleave(1, sides(Math.min(1, seconds)));
      const samples = await interleave(repeats, sides(seconds));
      return {
        figures: {
          'sends-transaction': ratios(samples.service, samples.transaction),
          'sends-insert': ratios(samples.service, samples.insert),
        },
        panels: [
          {
            id: 'sends',
            title: 'Durable sends a second into one room, 64 senders',
            unit: '/s',
            better: 'higher',
            series: [
              { name: 'Folkmoot, chat.send', samples: samples.service },
              { name: 'one transaction a message, same work', samples: samples.transaction },
              { name: 'one plain INSERT a message', samples: samples.insert },
            ],
          },
        ],
      };
    } finally {
      await endChild(child);
    }
  },
};
