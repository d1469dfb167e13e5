import { once } from 'node:events';
import { createServer } from 'node:http';
import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { WebSocketServer } from 'ws';
import { applyWSSHandler, createWebSocketHandler } from '../../src/index.ts';
import { FanoutRoom } from '../fanout-room.ts';

const t = initTRPC.create();

/** Procedures of every kind of behaviour, behind both of this package's handlers. */
export async function createFuzzWorld() {
  const room = new FanoutRoom({ ringSize: 8, maxBatch: 8, textOf: () => 'x'.repeat(300) });
  const open = { generators: 0, observables: 0 };
  const procedure = t.procedure.input((value) => value);
  const router = t.router({
    echo: procedure.query(({ input }) => input),
    fail: procedure.mutation(() => {
      throw new TRPCError({ code: 'CONFLICT' });
    }),
    huge: procedure.query(() => 1n),
    hang: procedure.query(async () => new Promise<never>(() => {})),
    long: procedure.query(({ input }) => 'x'.repeat(Number(input) % 100_000 || 0)),
    pushed: procedure.subscription(() => room.source(Math.max(0, room.head - 20))),
    generated: procedure.subscription(async function* ({ signal }) {
      open.generators++;
      try {
        for (let n = 0; n < 200 && !signal?.aborted; n++) yield tracked(String(n), 'x'.repeat(2_000));
        await new Promise<void>((resolve) => {
          if (signal?.aborted) resolve();
          signal?.addEventListener('abort', () => resolve());
        });
      } finally {
        open.generators--;
      }
    }),
    observed: procedure.subscription((() =>
      observable<number>((observer) => {
        open.observables++;
        observer.next(1);
        return () => open.observables--;
      })) as unknown as () => AsyncIterable<number>),
    breaking: procedure.subscription(async function* () {
      yield 1;
      throw new Error('Broken.');
    }),
    neverEnding: procedure.subscription((): AsyncIterable<number> => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => new Promise<never>(() => {}),
        return: () => Promise.reject(new Error('Cannot clean up.')),
      }),
    })),
  });

  const plain = createServer();
  const wss = new WebSocketServer({ server: plain, maxPayload: 1024 * 1024 });
  applyWSSHandler({ wss, router, onError: () => undefined });
  const limited = createServer();
  const handler = createWebSocketHandler({
    router,
    path: '/trpc',
    createContext: () => ({}),
    isOriginAllowed: () => true,
    clientAddress: () => '',
    limits: { maxSocketsPerAddress: Infinity, closeTimeoutMs: 200 },
  });
  limited.on('upgrade', handler.handleUpgrade);
  const urls = await Promise.all(
    [plain, limited].map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/trpc`;
    }),
  );
  return {
    room,
    open,
    urls,
    socketCount: () => wss.clients.size + handler.count(),
    async [Symbol.asyncDispose]() {
      for (const socket of wss.clients) socket.terminate();
      wss.close();
      await handler.close({ deadlineMs: 100 });
      for (const server of [plain, limited]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

export type FuzzWorld = Awaited<ReturnType<typeof createFuzzWorld>>;
