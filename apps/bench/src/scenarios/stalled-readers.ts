import type { Crowd } from '../crowd/start-crowd.ts';
import { quantile } from '../measure/summary.ts';
import { type HeldMemory, peakMemoryDuring } from '../measure/peak-memory.ts';
import { readSettledMemory } from '../measure/settled-memory.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import type { Sizes } from '../scale.ts';
import type { Scenario, World } from './scenario.ts';

type Size = { readers: number; events: number; repeats: number };

const sizes: Sizes<Size> = {
  full: { readers: 100, events: 10_000, repeats: 3 },
  quick: { readers: 100, events: 10_000, repeats: 1 },
  smoke: { readers: 5, events: 100, repeats: 1 },
};

const messageBytes = 1024;
const burst = 20;
const burstsPerSecond = 100;
/** A server holds up to 32 calls of a connection in flight and 256 behind them. */
const maxUnacknowledged = 400;

/**
 * What readers cost that never read. The same traffic runs three times: until the process has taken what it works with,
 * which is more than what is looked for here and comes with the first run whoever reads; with one reader that reads; and
 * with the stalled ones as well. Growth is how much higher the last peak is than the one before, process and kernel
 * together.
 */
export const stalledReaders: Scenario = {
  name: 'stalled-readers',
  figures: ['stalled-readers'],
  steps: (scale) => sizes[scale].repeats * 2,
  async run(world) {
    const { repeats } = sizes[world.scale];
    const growths: Growth[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) growths.push(await measureGrowth(world));
    const samples = growths.map(({ process, sockets }) => process + sockets);
    return {
      figures: { 'stalled-readers': samples },
      details: {
        'stalled readers, MiB of the process': quantile(
          growths.map(({ process }) => process),
          0.5,
        ),
        'stalled readers, MiB of kernel sockets': quantile(
          growths.map(({ sockets }) => sockets),
          0.5,
        ),
      },
      panels: [
        {
          id: 'stalled-readers',
          title: 'Memory growth, 100 readers that never read',
          unit: 'MiB',
          better: 'lower',
          series: [{ name: folkmootPeer.title, samples }],
        },
      ],
    };
  },
};

/** MiB. */
type Growth = HeldMemory;

async function measureGrowth(world: World): Promise<Growth> {
  const { readers, events } = sizes[world.scale];
  const server = await world.start(folkmootPeer);
  const crowd = world.startCrowd();
  const { url, dialect, pid } = server;
  await crowd.join({ group: 'healthy', dialect, url, count: 1, subscribes: true });
  await crowd.join({ group: 'senders', dialect, url, count: 4, subscribes: false });

  await publish(crowd, events);
  await readSettledMemory(pid);
  const { peak: quietPeak } = await peakMemoryDuring(pid, async () => publish(crowd, events));
  world.tick();
  await readSettledMemory(pid);
  const stalled = { group: 'stalled', subscribes: true, bytesPerSecond: 0 };
  await crowd.join({ ...stalled, dialect, url, count: readers, atOnce: 10 });
  const { peak: stalledPeak } = await peakMemoryDuring(pid, async () => publish(crowd, events));
  world.tick();

  await crowd.stop();
  await server.stop();
  return {
    process: (stalledPeak.process - quietPeak.process) / 1024 / 1024,
    sockets: (stalledPeak.sockets - quietPeak.sockets) / 1024 / 1024,
  };
}

async function publish(crowd: Crowd, events: number): Promise<void> {
  const bursts = events / burst;
  const pace = { burst, bursts, burstsPerSecond, maxUnacknowledged };
  await crowd.publish({ senders: 'senders', receivers: 'healthy', messageBytes, ...pace });
}
