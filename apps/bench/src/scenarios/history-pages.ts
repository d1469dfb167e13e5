import { z } from 'zod';
import { signToken } from '../crowd/sign-token.ts';
import { interleave } from '../measure/interleave.ts';
import { quantile, ratios } from '../measure/summary.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import type { Sizes } from '../scale.ts';
import { fillRoom } from './fill-room.ts';
import type { Scenario } from './scenario.ts';
import { queryUrl, RequestConnection } from './timed-requests.ts';

type Size = { large: number; small: number; requests: number; repeats: number };

const sizes: Sizes<Size> = {
  full: { large: 1_000_000, small: 1_000, requests: 300, repeats: 5 },
  quick: { large: 200_000, small: 1_000, requests: 150, repeats: 2 },
  smoke: { large: 2_000, small: 200, requests: 8, repeats: 1 },
};

const rooms = { large: 'large', small: 'small' } as const;
/** Places in a room that cursor pages are read from, as shares of its length. */
const places = [0.02, 0.25, 0.5, 0.75, 0.98];
const pageSize = 50;

/** How long a page takes, over HTTP and one at a time, in a large room and in a small one. */
export const historyPages: Scenario = {
  name: 'history-pages',
  figures: ['history-newest', 'history-cursor'],
  steps: (scale) => 1 + sizes[scale].repeats * 4,
  async run(world) {
    const { large, small, requests, repeats } = sizes[world.scale];
    const server = await world.start(folkmootPeer, Object.values(rooms));
    const databaseUrl = await world.databaseUrl('folkmoot');
    await fillRoom(databaseUrl, { room: rooms.small, messages: small });
    await fillRoom(databaseUrl, { room: rooms.large, messages: large });
    world.tick();

    const token = signToken('bench-reader-0', Date.now());
    const connection = new RequestConnection(server.url, token);
    const cursors = {
      large: await findCursors(server.url, { token, room: rooms.large }),
      small: await findCursors(server.url, { token, room: rooms.small }),
    };
    const measure = (urls: readonly string[]) => async () => {
      const times: number[] = [];
      for (let request = 0; request < requests; request++) {
        const url = urls[request % urls.length] ?? '';
        times.push(await connection.get(url));
      }
      world.tick();
      return quantile(times, 0.5);
    };
    const newestOf = (room: string): string[] => [queryUrl('', 'chat.history', { room, limit: pageSize })];
    const pagesOf = (room: 'large' | 'small'): string[] =>
      cursors[room].map((cursor) => queryUrl('', 'chat.history', { room, limit: pageSize, cursor }));
    const sides = {
      newestLarge: measure(newestOf(rooms.large)),
      newestSmall: measure(newestOf(rooms.small)),
      cursorLarge: measure(pagesOf('large')),
      cursorSmall: measure(pagesOf('small')),
    };
    await interleave(1, { newest: measure(newestOf(rooms.large)), cursor: measure(pagesOf('small')) });
    const samples = await interleave(repeats, sides);
    connection.close();
    return {
      figures: {
        'history-newest': ratios(samples.newestLarge, samples.newestSmall),
        'history-cursor': ratios(samples.cursorLarge, samples.cursorSmall),
      },
      panels: [
        {
          id: 'history-pages',
          title: 'A page of history, median time over HTTP',
          unit: 'ms',
          better: 'lower',
          series: [
            { name: 'newest, of 1,000,000 messages', samples: samples.newestLarge },
            { name: 'newest, of 1,000', samples: samples.newestSmall },
            { name: 'anywhere, of 1,000,000', samples: samples.cursorLarge },
            { name: 'anywhere, of 1,000', samples: samples.cursorSmall },
          ],
        },
      ],
    };
  },
};

const pageSchema = z.object({
  result: z.object({ data: z.object({ json: z.object({ nextCursor: z.string().nullable() }) }) }),
});

/** Cursors of the server's own making, but for the number at their end, which says where in the room they lead. */
async function findCursors(base: string, { token, room }: { token: string; room: string }): Promise<string[]> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(queryUrl(base, 'chat.history', { room, limit: 1 }), { headers });
  const { nextCursor } = pageSchema.parse(await response.json()).result.data.json;
  const digits = nextCursor?.match(/\d+$/)?.[0];
  if (nextCursor === null || digits === undefined) throw new Error('The room is empty.');
  return places.map((place) => nextCursor.slice(0, -digits.length) + String(Math.round(Number(digits) * place)));
}
