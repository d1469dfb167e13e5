import type { Crowd } from '../crowd/start-crowd.ts';
import { interleave } from '../measure/interleave.ts';
import { measureCpu } from '../measure/process-cpu.ts';
import { ratios } from '../measure/summary.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import { socketIoPeer } from '../peers/other-peers.ts';
import type { RunningPeer } from '../peers/peer.ts';
import type { Sizes } from '../scale.ts';
import type { Scenario } from './scenario.ts';
import { readPosition } from './read-position.ts';

type Size = { clients: number; missed: number; repeats: number };

const sizes: Sizes<Size> = {
  full: { clients: 1_000, missed: 100, repeats: 5 },
  quick: { clients: 1_000, missed: 100, repeats: 2 },
  smoke: { clients: 10, missed: 20, repeats: 1 },
};

const messageBytes = 530;
const burst = 20;

/** Everyone's connection is cut, events go by, everyone comes back at once: with us they also get what they missed. */
export const reconnectStorm: Scenario = {
  name: 'reconnect-storm',
  figures: ['reconnect-storm'],
  steps: (scale) => sizes[scale].repeats * 2,
  async run(world) {
    const { clients, missed, repeats } = sizes[world.scale];
    const crowd = world.startCrowd();
    const folkmoot = await world.start(folkmootPeer);
    const socketIo = await world.start(socketIoPeer);
    await settle(crowd, 'folkmoot', folkmoot, clients);
    await settle(crowd, 'socketIo', socketIo, clients);

    const samples = await interleave(repeats, {
      async folkmoot() {
        const lastEventId = await readPosition(folkmoot.url);
        await crowd.leave('folkmoot');
        await crowd.publish({
          senders: 'folkmoot senders',
          messageBytes,
          burst,
          bursts: missed / burst,
          burstsPerSecond: 50,
        });
        const { cpuSeconds } = await measureCpu(folkmoot.pid, async () => {
          await crowd.join({
            group: 'folkmoot',
            ...whereabouts(folkmoot),
            count: clients,
            subscribes: true,
            lastEventId,
          });
          await crowd.awaitEvents({ group: 'folkmoot', each: missed });
        });
        world.tick();
        return cpuSeconds;
      },
      async socketIo() {
        await crowd.leave('socketIo');
        await crowd.publish({
          senders: 'socketIo senders',
          messageBytes,
          burst,
          bursts: missed / burst,
          burstsPerSecond: 50,
        });
        const { cpuSeconds } = await measureCpu(socketIo.pid, async () => {
          await crowd.join({ group: 'socketIo', ...whereabouts(socketIo), count: clients, subscribes: true });
        });
        world.tick();
        return cpuSeconds;
      },
    });
    return {
      figures: { 'reconnect-storm': ratios(samples.folkmoot, samples.socketIo) },
      panels: [
        {
          id: 'reconnect-storm',
          title: '1,000 clients come back: server CPU',
          unit: 's',
          better: 'lower',
          series: [
            { name: 'Folkmoot, with 100 missed events each', samples: samples.folkmoot },
            { name: 'Socket.IO, without', samples: samples.socketIo },
          ],
        },
      ],
    };
  },
};

function whereabouts({ url, dialect }: RunningPeer) {
  return { url, dialect };
}

async function settle(crowd: Crowd, group: string, server: RunningPeer, count: number): Promise<void> {
  await crowd.join({ group, ...whereabouts(server), count, atOnce: 50, subscribes: true });
  await crowd.join({ group: `${group} senders`, ...whereabouts(server), count: 1, subscribes: false });
}
