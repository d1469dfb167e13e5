import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd } from '../crowd/start-crowd.ts';
import { quantile } from '../measure/summary.ts';
import { readProcessMemory } from '../measure/process-memory.ts';
import { readSettledMemory } from '../measure/settled-memory.ts';
import { readSocketMemory } from '../measure/socket-memory.ts';
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
const sampleEveryMs = 100;

/**
 * What readers cost that never read. The same traffic runs twice, first with one reader that reads, then with the
 * stalled ones as well: growth is how much higher the second peak is, process and kernel together.
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

/** What was held at the moment at which the two together were most. */
type Held = { process: number; sockets: number };
type Growth = Held;

async function measureGrowth(world: World): Promise<Growth> {
  const { readers, events } = sizes[world.scale];
  const server = await world.start(folkmootPeer);
  const crowd = world.startCrowd();
  const { url, dialect, pid } = server;
  await crowd.join({ group: 'healthy', dialect, url, count: 1, subscribes: true });
  await crowd.join({ group: 'senders', dialect, url, count: 4, subscribes: false });

  const quietPeak = await peakDuring(pid, async () => publish(crowd, events));
  world.tick();
  await readSettledMemory(pid);
  await crowd.join({ group: 'stalled', dialect, url, count: readers, atOnce: 10, subscribes: true, reads: false });
  const stalledPeak = await peakDuring(pid, async () => publish(crowd, events));
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

/** The most that the process and the kernel's sockets held together while something happened. */
async function peakDuring(pid: number, happen: () => Promise<void>): Promise<Held> {
  let isOver = false;
  let peak: Held = { process: 0, sockets: 0 };
  const sample = async (): Promise<void> => {
    const now = { process: await readProcessMemory(pid), sockets: await readSocketMemory() };
    if (now.process + now.sockets > peak.process + peak.sockets) peak = now;
  };
  const sampling = (async () => {
    while (!isOver) {
      await sample();
      await sleep(sampleEveryMs);
    }
  })();
  try {
    await happen();
    await sample();
  } finally {
    isOver = true;
    await sampling;
  }
  return peak;
}
