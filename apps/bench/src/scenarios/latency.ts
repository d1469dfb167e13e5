import type { Crowd } from '../crowd/start-crowd.ts';
import { interleave } from '../measure/interleave.ts';
import { ratios } from '../measure/summary.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import { seedPeer } from '../peers/other-peers.ts';
import type { RunningPeer } from '../peers/peer.ts';
import type { Sizes } from '../scale.ts';
import type { Scenario } from './scenario.ts';

type Size = { subscribers: number; senders: number; repeats: number; seconds: number };

const sizes: Sizes<Size> = {
  full: { subscribers: 100, senders: 16, repeats: 5, seconds: 5 },
  quick: { subscribers: 100, senders: 16, repeats: 2, seconds: 3 },
  smoke: { subscribers: 5, senders: 2, repeats: 1, seconds: 1 },
};

const messageBytes = 530;

/**
 * From a send until a receiver has the event, both systems with their database, at one and the same rate: half of what
 * the slower of the two can take. Sends leave at their times, however late the last one is.
 */
export const latency: Scenario = {
  name: 'latency',
  figures: ['latency'],
  steps: (scale) => 2 + sizes[scale].repeats * 2,
  async run(world) {
    const { subscribers, repeats, senders, seconds } = sizes[world.scale];
    const crowd = world.startCrowd();
    const folkmoot = await world.start(folkmootPeer);
    const seed = await world.start(seedPeer);
    await gather(crowd, 'folkmoot', folkmoot, { subscribers, senders });
    await gather(crowd, 'seed', seed, { subscribers, senders });

    const saturate = async (side: string): Promise<number> => {
      const perSecond = await crowd.saturate({ senders: `${side} senders`, messageBytes, seconds });
      world.tick();
      return perSecond;
    };
    const folkmootMaximum = await saturate('folkmoot');
    const seedMaximum = await saturate('seed');
    const perSecond = Math.min(folkmootMaximum, seedMaximum) / 2;

    const p50: Record<string, number> = {};
    const measure = (side: string) => async () => {
      const bursts = Math.max(1, Math.round(perSecond * seconds));
      const input = { senders: `${side} senders`, receivers: side, messageBytes, burst: 1, bursts };
      const report = await crowd.publish({ ...input, burstsPerSecond: perSecond });
      p50[`p50 ms, ${side}`] = report.p50Ms;
      world.tick();
      return report.p99Ms;
    };
    const samples = await interleave(repeats, { folkmoot: measure('folkmoot'), seed: measure('seed') });
    return {
      figures: { latency: ratios(samples.folkmoot, samples.seed) },
      panels: [
        {
          id: 'latency',
          title: 'Send to delivery, p99, 100 subscribers',
          unit: 'ms',
          better: 'lower',
          series: [
            { name: folkmootPeer.title, samples: samples.folkmoot },
            { name: seedPeer.title, samples: samples.seed },
          ],
        },
      ],
      details: {
        'maximum messages/s, folkmoot': folkmootMaximum,
        'maximum messages/s, seed': seedMaximum,
        'messages/s': perSecond,
        ...p50,
      },
    };
  },
};

async function gather(
  crowd: Crowd,
  group: string,
  { url, dialect }: RunningPeer,
  { subscribers, senders }: { subscribers: number; senders: number },
): Promise<void> {
  await crowd.join({ group, dialect, url, count: subscribers, atOnce: 20, subscribes: true });
  await crowd.join({ group: `${group} senders`, dialect, url, count: senders, subscribes: false });
}
