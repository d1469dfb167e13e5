import { initTRPC } from '@trpc/server';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { entryFrame, FanoutRoom } from '../test/fanout-room.ts';
import { type RawClient, until } from '../test/raw-client.ts';
import { serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';

type Head = { id: number | string; jsonrpc?: '2.0' };
type Followed = { head: Head; after: number; isStopped: boolean };
type Step =
  | { do: 'append'; count: number }
  | { do: 'subscribe'; client: number; head: Head; back: number }
  | { do: 'stop'; client: number; which: number }
  | { do: 'pause'; client: number }
  | { do: 'resume'; client: number }
  | { do: 'kill'; client: number }
  | { do: 'turn' };

const clientCount = 4;
const t = initTRPC.create();

const client = fc.nat(clientCount - 1);
const id = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 10 }),
);
const head: fc.Arbitrary<Head> = fc.record({ id, jsonrpc: fc.constant('2.0' as const) }, { requiredKeys: ['id'] });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('subscribe' as const), client, head, back: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), client, which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pause' as const), client }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('resume' as const), client }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), client }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

it(
  'gives each subscriber every event once and in order, under its own id, whoever joins, leaves or stalls (R4, R9)',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), async (steps) => play(steps)),
      { numRuns: 40, endOnFailure: true },
    );
  },
);

async function play(steps: Step[]): Promise<void> {
  const room = new FanoutRoom({ ringSize: 6, maxBatch: 5 });
  const router = t.router({ room: t.procedure.input(Number).subscription(({ input }) => room.source(input)) });
  // So low that a few entries stop the flow to a client that is paused, and every slice of time has its PING.
  const limits = { pingEveryBytes: 300, maxUnreadBytes: 900 };
  await using server = await serveAdapter((options) => applyWSSHandler({ ...options, limits }), { router });
  const clients = await Promise.all(Array.from({ length: clientCount }, () => server.open()));
  const followed = clients.map((): Followed[] => []);
  const alive = new Set(clients);

  for (const current of steps) {
    if (current.do === 'append') room.append(current.count);
    else if (current.do === 'turn') await new Promise<void>((resolve) => setImmediate(resolve));
    else await act(current, { room, clients, followed, alive });
  }
  for (const survivor of alive) survivor.socket.resume();
  room.append(1);

  for (const [index, survivor] of clients.entries()) {
    if (!alive.has(survivor)) continue;
    const streams = followed[index] ?? [];
    await until(() => streams.every((stream) => isComplete(survivor, stream, room.head)));
  }
  await until(() => room.subscriberCount === countFollowed(clients, followed, alive));
  for (const [index, anyone] of clients.entries()) {
    const streams = followed[index] ?? [];
    const expected = streams.flatMap((stream) => framesOf(anyone, stream.head));
    expect(expected).toHaveLength(anyone.frames.length);
    for (const stream of streams) checkStream(framesOf(anyone, stream.head), stream);
  }
  for (const anyone of clients) anyone.close();
  await until(() => room.subscriberCount === 0);
  expect(room.closes).toBe(room.opens);
}

type World = { room: FanoutRoom; clients: RawClient[]; followed: Followed[][]; alive: Set<RawClient> };

async function act(current: Exclude<Step, { do: 'append' | 'turn' }>, world: World): Promise<void> {
  const { room, clients, followed, alive } = world;
  const actor = clients[current.client];
  const streams = followed[current.client];
  if (!actor || !streams || !alive.has(actor)) return;
  if (current.do === 'pause') actor.socket.pause();
  else if (current.do === 'resume') actor.socket.resume();
  else if (current.do === 'kill') {
    alive.delete(actor);
    actor.close();
  } else if (current.do === 'stop') {
    const stream = streams[current.which % streams.length];
    if (!stream) return;
    stream.isStopped = true;
    actor.send({ id: stream.head.id, method: 'subscription.stop' });
  } else if (!streams.some(({ head }) => JSON.stringify(head.id) === JSON.stringify(current.head.id))) {
    const after = Math.max(0, room.head - current.back);
    streams.push({ head: current.head, after, isStopped: false });
    actor.send({ ...current.head, method: 'subscription', params: { path: 'room', input: after } });
  }
}

function prefixOf({ id, jsonrpc }: Head): string {
  return JSON.stringify({ id, jsonrpc }).slice(0, -1);
}

function framesOf({ frames }: RawClient, head: Head): string[] {
  return frames.filter((frame) => frame.startsWith(`${prefixOf(head)},"result"`));
}

function isComplete(reader: RawClient, { head, isStopped }: Followed, roomHead: number): boolean {
  const last = framesOf(reader, head).at(-1);
  return last === (isStopped ? `${prefixOf(head)},"result":{"type":"stopped"}}` : entryFrame(head, roomHead));
}

/** What came is the beginning of what there is to come: each entry once, in order, from its place on. */
function checkStream(frames: string[], { head, after }: Followed): void {
  const [first, ...rest] = frames;
  const stopped = `${prefixOf(head)},"result":{"type":"stopped"}}`;
  if (first !== undefined && first !== stopped) expect(first).toBe(`${prefixOf(head)},"result":{"type":"started"}}`);
  const entries = rest.filter((frame) => frame !== stopped);
  expect(entries).toEqual(entries.map((_frame, index) => entryFrame(head, after + index + 1)));
}

function countFollowed(clients: RawClient[], followed: Followed[][], alive: Set<RawClient>): number {
  return clients.reduce((count, each, index) => {
    const open = (followed[index] ?? []).filter(({ isStopped }) => !isStopped).length;
    return count + (alive.has(each) ? open : 0);
  }, 0);
}
