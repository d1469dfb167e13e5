import { createTRPCClient, createWSClient, type TRPCLink, wsLink } from '@trpc/client';
import { initTRPC, tracked } from '@trpc/server';
import { expect, it } from 'vitest';
import { until } from '../raw-client.ts';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';

const t = initTRPC.context<{ token?: string | undefined }>().create();

/** A log that any number of streams follow, each from its place. */
function createLog() {
  const entries: string[] = [];
  const followers = new Set<() => void>();
  let open = 0;
  async function* follow(from: number, signal: AbortSignal | undefined) {
    open++;
    let wake = () => {};
    const onEntry = () => wake();
    followers.add(onEntry);
    signal?.addEventListener('abort', onEntry);
    try {
      for (let place = from; !signal?.aborted;) {
        const entry = entries[place];
        if (entry === undefined) {
          await new Promise<void>((resolve) => (wake = resolve));
        } else {
          place++;
          yield tracked(String(place), entry);
        }
      }
    } finally {
      open--;
      followers.delete(onEntry);
    }
  }
  return {
    follow,
    append(entry: string) {
      entries.push(entry);
      for (const wake of followers) wake();
    },
    openCount: () => open,
  };
}

function createWorld() {
  const log = createLog();
  const router = t.router({
    token: t.procedure.query(({ ctx }) => ctx.token ?? null),
    append: t.procedure.input(String).mutation(({ input }) => log.append(input)),
    fail: t.procedure.query(() => Promise.reject(new Error('No.'))),
    follow: t.procedure
      .input((value) => value as { lastEventId?: string } | undefined)
      .subscription(({ input, signal }) => log.follow(Number(input?.lastEventId ?? 0), signal)),
  });
  return { log, router };
}

type AppRouter = ReturnType<typeof createWorld>['router'];

function connectStockClient(url: string, options: { token?: string } = {}) {
  let opened = 0;
  const { token } = options;
  const wsClient = createWSClient({
    url,
    retryDelayMs: () => 10,
    onOpen: () => opened++,
    keepAlive: { enabled: true, intervalMs: 50, pongTimeoutMs: 10_000 },
    ...(token !== undefined && { connectionParams: { token } }),
  });
  const link: TRPCLink<AppRouter> = wsLink({ client: wsClient });
  return {
    trpc: createTRPCClient<AppRouter>({ links: [link] }),
    openedCount: () => opened,
    close: async () => wsClient.close(),
  };
}

/** The client of tRPC itself. */
export function describeStockClient(adapter: Adapter): void {
  const serve = async (world: ReturnType<typeof createWorld>) =>
    serveAdapter<AppRouter>(adapter, {
      router: world.router,
      createContext: ({ info }) => ({ token: info.connectionParams?.['token'] }),
    });

  it('calls, batches, fails and streams', async () => {
    const world = createWorld();
    await using server = await serve(world);
    const { trpc, close } = connectStockClient(server.url, { token: 'secret' });
    const answers = await Promise.allSettled([trpc.token.query(), trpc.append.mutate('a'), trpc.fail.query()]);
    expect(answers).toMatchObject([
      { status: 'fulfilled', value: 'secret' },
      { status: 'fulfilled', value: undefined },
      { status: 'rejected', reason: { message: 'No.', data: { code: 'INTERNAL_SERVER_ERROR', path: 'fail' } } },
    ]);
    const seen: string[] = [];
    const subscription = trpc.follow.subscribe(undefined, { onData: ({ data }) => seen.push(data) });
    await until(() => seen.length === 1);
    await trpc.append.mutate('b');
    await until(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
    subscription.unsubscribe();
    await until(() => world.log.openCount() === 0);
    await close();
  });

  it('doubles and loses nothing over planned reconnects, and leaves no stream behind', async () => {
    const world = createWorld();
    await using server = await serve(world);
    const client = connectStockClient(server.url, { token: 'secret' });
    const seen: string[] = [];
    client.trpc.follow.subscribe(undefined, { onData: ({ data }) => seen.push(data) });
    for (let round = 0; round < 3; round++) {
      const sockets = client.openedCount();
      world.log.append(`before ${round}`);
      await until(() => seen.length === 3 * round + 1);
      server.handler.broadcastReconnectNotification();
      world.log.append(`during ${round}`);
      await until(() => client.openedCount() > sockets && seen.length === 3 * round + 2);
      world.log.append(`after ${round}`);
      await until(() => seen.length === 3 * round + 3 && world.log.openCount() === 1);
    }
    expect(seen).toEqual([0, 1, 2].flatMap((round) => [`before ${round}`, `during ${round}`, `after ${round}`]));
    await client.close();
    await until(() => world.log.openCount() === 0);
  });

  it('resumes from its place after its socket was lost', async () => {
    const world = createWorld();
    await using server = await serve(world);
    const client = connectStockClient(server.url);
    const seen: string[] = [];
    client.trpc.follow.subscribe(undefined, { onData: ({ data }) => seen.push(data) });
    world.log.append('a');
    await until(() => seen.length === 1);
    for (const socket of server.wss.clients) socket.terminate();
    world.log.append('b');
    await until(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
    await client.close();
  });
}
