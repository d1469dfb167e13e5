import type { PublishInput } from '../crowd/crowd-commands.ts';
import type { Crowd } from '../crowd/start-crowd.ts';
import { interleave } from '../measure/interleave.ts';
import { measureCpu } from '../measure/process-cpu.ts';
import { ratios } from '../measure/summary.ts';
import { folkmootPeer } from '../peers/folkmoot-peer.ts';
import { rawWsPeer, socketIoPeer, trpcAdapterPeer } from '../peers/other-peers.ts';
import type { RunningPeer } from '../peers/peer.ts';
import type { Sizes } from '../scale.ts';
import type { Scenario, World } from './scenario.ts';

type Size = { subscribers: number; repeats: number; singles: number; bursts: number; warmUp: number };

const sizes: Sizes<Size> = {
  full: { subscribers: 500, repeats: 5, singles: 100, bursts: 20, warmUp: 15 },
  quick: { subscribers: 500, repeats: 2, singles: 30, bursts: 5, warmUp: 5 },
  smoke: { subscribers: 5, repeats: 1, singles: 4, bursts: 2, warmUp: 1 },
};

/**
 * The message alone, as plain JSON: the same content for every side. What a protocol wraps around it is a part of what a
 * system costs; tRPC's says the position twice and how to revive the dates, a good 270 bytes that Socket.IO has no need
 * of. Each side's bytes on the wire stand with the result.
 */
const messageBytes = 530;
const burst = 20;
/** Slow enough for the slowest of the peers to keep up on one core. */
const singlesPerSecond = 20;
const burstsPerSecond = 5;

const peers = { folkmoot: folkmootPeer, raw: rawWsPeer, socketIo: socketIoPeer, trpc: trpcAdapterPeer };
type Side = keyof typeof peers;

/** How much CPU a server spends to bring one event to one of 500 subscribers, who all have different request ids. */
export const fanOut: Scenario = {
  name: 'fan-out',
  figures: ['fan-out-single', 'fan-out-bursts', 'fan-out-trpc'],
  steps: (scale) => 4 + sizes[scale].repeats * 7,
  async run(world) {
    const size = sizes[world.scale];
    const crowd = world.startCrowd();
    const sides = {
      folkmoot: await openSide(world, crowd, 'folkmoot'),
      raw: await openSide(world, crowd, 'raw'),
      socketIo: await openSide(world, crowd, 'socketIo'),
      trpc: await openSide(world, crowd, 'trpc'),
    };
    const bytes: Record<string, number> = {};

    const measure = (side: Side, pace: Pick<PublishInput, 'burst' | 'bursts' | 'burstsPerSecond'>) => async () => {
      const input = { senders: `${side} senders`, receivers: side, messageBytes, ...pace };
      const { cpuSeconds, result } = await measureCpu(sides[side].pid, async () => crowd.publish(input));
      bytes[`bytes on the wire, ${peers[side].title}`] = Math.round(result.bytesPerDelivery);
      world.tick();
      return (cpuSeconds / result.deliveries) * 1e6;
    };
    const singles = { burst: 1, bursts: size.singles, burstsPerSecond: singlesPerSecond };
    const bursts = { burst, bursts: size.bursts, burstsPerSecond };
    const single = await interleave(size.repeats, {
      folkmoot: measure('folkmoot', singles),
      raw: measure('raw', singles),
      socketIo: measure('socketIo', singles),
      trpc: measure('trpc', singles),
    });
    const inBursts = await interleave(size.repeats, {
      folkmoot: measure('folkmoot', bursts),
      raw: measure('raw', bursts),
      socketIo: measure('socketIo', bursts),
    });

    return {
      figures: {
        'fan-out-single': ratios(single.folkmoot, single.socketIo),
        'fan-out-bursts': ratios(inBursts.folkmoot, inBursts.socketIo),
        'fan-out-trpc': ratios(single.folkmoot, single.trpc),
      },
      panels: [
        panel('fan-out-single', 'Server CPU per delivery, single events', single),
        panel('fan-out-bursts', 'Server CPU per delivery, bursts of 20', inBursts),
      ],
      details: bytes,
    };
  },
};

/** A server with everyone in its room, its code warm. */
async function openSide(world: World, crowd: Crowd, side: Side): Promise<RunningPeer> {
  const { subscribers, warmUp } = sizes[world.scale];
  const server = await world.start(peers[side]);
  const { url, dialect } = server;
  await crowd.join({ group: side, dialect, url, count: subscribers, atOnce: 50, subscribes: true });
  await crowd.join({ group: `${side} senders`, dialect, url, count: 1, subscribes: false });
  const input = { senders: `${side} senders`, receivers: side, messageBytes };
  await crowd.publish({ ...input, burst, bursts: warmUp, burstsPerSecond });
  await crowd.publish({ ...input, burst: 1, bursts: 2 * warmUp, burstsPerSecond: singlesPerSecond });
  world.tick();
  return server;
}

function panel(id: string, title: string, samples: Partial<Record<Side, number[]>>) {
  const series = (['folkmoot', 'raw', 'socketIo', 'trpc'] as const).flatMap((side) => {
    const measured = samples[side];
    return measured ? [{ name: peers[side].title, samples: measured }] : [];
  });
  return { id, title, unit: 'µs', better: 'lower' as const, series };
}
