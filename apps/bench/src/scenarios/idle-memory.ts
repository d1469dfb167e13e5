import { interleave } from '../measure/interleave.ts';
import { readSettledMemory } from '../measure/settled-memory.ts';
import { ratios } from '../measure/summary.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import { rawWsPeer, socketIoPeer, trpcAdapterPeer } from '../peers/other-peers.ts';
import type { Peer } from '../peers/peer.ts';
import type { Sizes } from '../scale.ts';
import type { Scenario, World } from './scenario.ts';

type Size = { first: number; further: number; repeats: number };

const sizes: Sizes<Size> = {
  full: { first: 200, further: 4_000, repeats: 3 },
  quick: { first: 100, further: 2_000, repeats: 1 },
  smoke: { first: 5, further: 20, repeats: 1 },
};

/** What a server holds for each connection that is subscribed and hears nothing, after its garbage is collected. */
export const idleMemory: Scenario = {
  name: 'idle-memory',
  figures: ['idle-memory'],
  steps: (scale) => sizes[scale].repeats * 4,
  async run(world) {
    const samples = await interleave(sizes[world.scale].repeats, {
      folkmoot: async () => measureIdle(world, folkmootPeer),
      raw: async () => measureIdle(world, rawWsPeer),
      socketIo: async () => measureIdle(world, socketIoPeer),
      trpc: async () => measureIdle(world, trpcAdapterPeer),
    });
    return {
      figures: { 'idle-memory': ratios(samples.folkmoot, samples.socketIo) },
      panels: [
        {
          id: 'idle-memory',
          title: 'Server memory per idle subscribed connection',
          unit: 'KiB',
          better: 'lower',
          series: [
            { name: folkmootPeer.title, samples: samples.folkmoot },
            { name: rawWsPeer.title, samples: samples.raw },
            { name: socketIoPeer.title, samples: samples.socketIo },
            { name: trpcAdapterPeer.title, samples: samples.trpc },
          ],
        },
      ],
    };
  },
};

/** KiB a connection, from the second reading on: the first connections bring code and caches that all share. */
async function measureIdle(world: World, peer: Peer): Promise<number> {
  const { first, further } = sizes[world.scale];
  const server = await world.start(peer);
  const crowd = world.startCrowd();
  const { url, dialect } = server;
  const joining = { dialect, url, atOnce: 50, subscribes: true };
  await crowd.join({ group: 'first', count: first, ...joining });
  const before = await readSettledMemory(server.pid);
  await crowd.join({ group: 'further', count: further, firstIndex: first, ...joining });
  const after = await readSettledMemory(server.pid);
  await crowd.stop();
  await server.stop();
  world.tick();
  return (after - before) / further / 1024;
}
