import { initTRPC } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { expect, it } from 'vitest';
import { FanoutRoom } from '../test/fanout-room.ts';
import { measureHeap } from '../test/heap.ts';
import { createRandom } from '../test/random.ts';
import { openClient, until } from '../test/raw-client.ts';
import { serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';

const t = initTRPC.create();

/** Streams of every kind, and how many of each are open. */
function createStreams() {
  const room = new FanoutRoom({ ringSize: 10, maxBatch: 4 });
  const open = { generators: 0, observables: 0, contexts: 0 };
  const observed = () =>
    observable<number>((observer) => {
      open.observables++;
      observer.next(1);
      return () => open.observables--;
    });
  const router = t.router({
    pushed: t.procedure.subscription(() => room.source(Math.max(0, room.head - 15))),
    generated: t.procedure.subscription(async function* ({ signal }) {
      open.generators++;
      try {
        yield 'x'.repeat(100);
        await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
      } finally {
        open.generators--;
      }
    }),
    observed: t.procedure.subscription(observed as unknown as () => AsyncIterable<number>),
    failing: t.procedure.subscription(async function* () {
      yield 1;
      throw new Error('Broken.');
    }),
    echo: t.procedure.query(() => 'x'),
  });
  return { room, open, router };
}

it('leaves no listener, iterator, timer or entry behind 10,000 subscriptions opened, stopped and killed at random', async () => {
  const { room, open, router } = createStreams();
  const random = createRandom(20_240_607);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const createContext = ({ info }: { info: { signal: AbortSignal } }) => {
    open.contexts++;
    info.signal.addEventListener('abort', () => open.contexts--);
    return {};
  };
  await using server = await serveAdapter(applyWSSHandler, {
    router,
    createContext,
    onError: () => undefined,
  } as never);

  async function play(subscriptions: number): Promise<void> {
    let left = subscriptions;
    while (left > 0) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => openClient(server.url)));
      for (const client of clients) {
        if (random() < 0.1) client.socket.pause();
        for (let id = 1; id <= 50; id++, left--) {
          client.subscribe(id, pick(['pushed', 'pushed', 'generated', 'observed', 'failing', 'absent']) ?? '');
          if (random() < 0.5) client.stop(Math.ceil(random() * id));
          if (random() < 0.1) client.query(id + 1_000, 'echo');
        }
      }
      room.append(3);
      for (const client of clients) {
        const end = random();
        if (end < 0.5) client.close();
        else if (end < 0.75) client.socket.close();
      }
      room.append(3);
      await Promise.all(
        clients
          .filter(({ socket }) => socket.readyState === socket.OPEN && !socket.isPaused)
          .map(async (client) => client.untilQuiet()),
      );
      for (const client of clients) client.close();
    }
    await until(() => server.wss.clients.size === 0);
    await until(() => room.subscriberCount + open.generators + open.observables + open.contexts === 0);
  }

  await play(3_000);
  const before = await measureHeap();
  await play(7_000);
  const grown = (await measureHeap()) - before;
  expect(room.closes).toBe(room.opens);
  expect(room.opens).toBeGreaterThan(1_000);
  expect(grown / 7_000).toBeLessThan(100);
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout');
  // The one of the test itself, at most; a connection's would be hundreds.
  expect(timers.length).toBeLessThan(5);
}, 60_000);

it('keeps nothing of the values that a stream has given, however many they were', async () => {
  const gate = { isOpen: true, given: 0 };
  const endless = t.procedure.subscription(async function* ({ signal }) {
    while (!signal?.aborted) {
      if (gate.isOpen) yield { given: ++gate.given, text: 'x'.repeat(100) };
      else await new Promise<void>((resolve) => setTimeout(resolve, 5));
    }
  });
  await using server = await serveAdapter(applyWSSHandler, { router: t.router({ endless }) });
  const client = await server.open();
  client.socket.on('message', () => (client.frames.length = 0));
  client.subscribe(1, 'endless');
  const heapAfter = async (values: number): Promise<number> => {
    const goal = gate.given + values;
    gate.isOpen = true;
    await until(() => gate.given >= goal);
    gate.isOpen = false;
    await client.untilQuiet();
    return measureHeap();
  };
  const before = await heapAfter(5_000);
  const grown = (await heapAfter(30_000)) - before;
  // Keeping only a promise for each would be ten times that.
  expect(grown / 30_000).toBeLessThan(20);
}, 60_000);
