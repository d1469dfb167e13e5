import { benchRoom } from '../crowd/dialects.ts';
import { signToken } from '../crowd/sign-token.ts';
import { interleave } from '../measure/interleave.ts';
import { measureCpu } from '../measure/process-cpu.ts';
import { ratios } from '../measure/summary.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import { bareHttpPeer } from '../peers/other-peers.ts';
import type { Sizes } from '../scale.ts';
import { fillRoom } from './fill-room.ts';
import type { Scenario } from './scenario.ts';
import { queryUrl, RequestConnection } from './timed-requests.ts';

type Size = { requests: number; repeats: number };

const sizes: Sizes<Size> = {
  full: { requests: 600, repeats: 5 },
  quick: { requests: 300, repeats: 2 },
  smoke: { requests: 8, repeats: 1 },
};

const messages = 500;
const pageSize = 50;
const connections = 4;

/** What a page costs over what its rows cost: the contract's shape, its checks and its encoding. */
export const firstPage: Scenario = {
  name: 'first-page',
  figures: ['first-page'],
  steps: (scale) => sizes[scale].repeats * 2,
  async run(world) {
    const { requests, repeats } = sizes[world.scale];
    const folkmoot = await world.start(folkmootPeer);
    const bare = await world.start(bareHttpPeer);
    await fillRoom(await world.databaseUrl('folkmoot'), { room: benchRoom, messages });
    const historyUrl = queryUrl(folkmoot.url, 'chat.history', { room: benchRoom, limit: pageSize });

    const measure =
      ({ pid, url }: { pid: number; url: string }, address: string) =>
      async () => {
        const { cpuSeconds } = await measureCpu(pid, async () => request(url, address, requests));
        world.tick();
        return (cpuSeconds / requests) * 1000;
      };
    const sides = { folkmoot: measure(folkmoot, historyUrl), bare: measure(bare, `${bare.url}/`) };
    // The first requests compile the code of both.
    await request(folkmoot.url, historyUrl, requests);
    await request(bare.url, `${bare.url}/`, requests);
    const samples = await interleave(repeats, sides);
    return {
      figures: { 'first-page': ratios(samples.folkmoot, samples.bare) },
      panels: [
        {
          id: 'first-page',
          title: 'Server CPU for a page of 50 messages over HTTP',
          unit: 'ms',
          better: 'lower',
          series: [
            { name: folkmootPeer.title, samples: samples.folkmoot },
            { name: bareHttpPeer.title, samples: samples.bare },
          ],
        },
      ],
    };
  },
};

async function request(base: string, address: string, count: number): Promise<void> {
  let left = count;
  const ask = async (_: unknown, index: number): Promise<void> => {
    const connection = new RequestConnection(base, signToken(`bench-reader-${index}`, Date.now()));
    while (left-- > 0) await connection.get(address);
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, ask));
}
