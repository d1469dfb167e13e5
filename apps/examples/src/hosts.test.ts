import type { MessageStreamEvent } from '@folkmoot/contract';
import { createTestDatabase } from '@folkmoot/db/testing';
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  type TRPCClient,
  wsLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { AppRouter } from './application/app-router.ts';
import type { Host, StartHost } from './application/host.ts';
import { startExpressHost } from './express-host.ts';
import { startFastifyHost } from './fastify-host.ts';
import { startHonoHost } from './hono-host.ts';
import { startNodeHost } from './node-host.ts';

const hosts: [string, StartHost][] = [
  ['Express', startExpressHost],
  ['Fastify', startFastifyHost],
  ['Hono', startHonoHost],
  ['plain node:http', startNodeHost],
];

async function logIn({ url }: Host, login: string, password: string): Promise<{ status: number; cookie: string }> {
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  const response = await fetch(`${url}/login`, { method: 'POST', headers: { authorization } });
  return { status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

type Client = { trpc: TRPCClient<AppRouter>; closeCodes: number[]; close: () => Promise<void> };

/** Nothing but `@trpc/client`, with what a browser does by itself: the cookie on each request. */
function connect({ url }: Host, transport: 'websocket' | 'http', cookie = '', origin?: string): Client {
  const headers = { ...(cookie && { cookie }), ...(origin !== undefined && { origin }) };
  const closeCodes: number[] = [];
  if (transport === 'http') {
    const fetchWithCookie: typeof fetch = (input, init) =>
      fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } });
    const common = { url: `${url}/trpc`, transformer: superjson };
    const trpc = createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: httpSubscriptionLink({ ...common, EventSource, eventSourceOptions: { fetch: fetchWithCookie } }),
          false: httpBatchLink({ ...common, headers }),
        }),
      ],
    });
    return { trpc, closeCodes, close: async () => undefined };
  }
  class BrowserSocket extends WebSocket {
    constructor(address: string) {
      super(address, { headers });
    }
  }
  const socket = createWSClient({
    url: `${url.replace('http', 'ws')}/trpc`,
    // The ws package's class lacks a few browser events that tRPC's client never asks for.
    WebSocket: BrowserSocket as unknown as typeof globalThis.WebSocket,
    keepAlive: { enabled: true, pongTimeoutMs: 20_000 },
    onClose: (cause) => closeCodes.push(cause?.code ?? 0),
  });
  const trpc = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket, transformer: superjson })] });
  return { trpc, closeCodes, close: async () => socket.close() };
}

function follow({ trpc }: Client) {
  const events: MessageStreamEvent[] = [];
  const failures: unknown[] = [];
  const stream = trpc.chat.message.subscribe(
    {},
    { onData: ({ data }) => events.push(data), onError: (error) => failures.push(error) },
  );
  const texts = () => events.flatMap((event) => ('message' in event ? [event.message.message] : []));
  return { events, failures, texts, stop: () => stream.unsubscribe() };
}

const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: unknown) => (error instanceof TRPCClientError ? error.data?.chat?.code : error),
  );

test.each(hosts)(
  'mounted in %s the host’s session signs in to the chat, over WebSocket, HTTP and SSE, and all closes in order',
  async (_name, start) => {
    await using database = await createTestDatabase();
    const host = await start({ databaseUrl: database.url, port: 0 });
    expect(await logIn(host, 'ada', 'guess')).toEqual({ status: 401, cookie: '' });
    const { status, cookie: ada } = await logIn(host, 'ada', 'engine');
    expect(status).toBe(204);
    const { cookie: grace } = await logIn(host, 'grace', 'compiler');

    const clients = {
      socket: connect(host, 'websocket', ada, host.url),
      http: connect(host, 'http', grace),
      anonymousSocket: connect(host, 'websocket'),
      anonymousHttp: connect(host, 'http'),
    };
    // No session, or none that is known: no chat, but `recent`, which everyone may read.
    for (const { trpc } of [clients.anonymousSocket, clients.anonymousHttp, connect(host, 'http', 'session=forged')]) {
      expect(await codeOf(trpc.chat.send.mutate({ message: 'let me in' }))).toBe('UNAUTHORIZED');
      expect((await trpc.chat.recent.query()).messages).toEqual([]);
    }

    const overSocket = follow(clients.socket);
    const overSse = follow(clients.http);
    await vi.waitFor(() =>
      expect([overSocket, overSse].map(({ events }) => events[0]?.type)).toEqual(['ready', 'ready']),
    );
    // As long as a message may be, and in bytes longer than the frame of a socket without credentials.
    const longest = '👋'.repeat(5_000);
    const sent = await clients.socket.trpc.chat.send.mutate({ message: longest });
    expect(sent.user).toMatchObject({ username: 'ada', name: 'Ada Lovelace', isGuest: false });
    await clients.http.trpc.chat.send.mutate({ message: 'and hello from Grace' });
    await vi.waitFor(() => {
      for (const { texts } of [overSocket, overSse]) expect(texts()).toEqual([longest, 'and hello from Grace']);
    });
    // The host's roles, and its own procedures beside the chat's.
    const { id: messageId } = await clients.http.trpc.chat.send.mutate({ message: 'regrettable' });
    expect((await clients.socket.trpc.chat.delete.mutate({ messageId })).isDeleted).toBe(true);
    expect(await clients.socket.trpc.greeting.query()).toBe('Hello, Ada Lovelace!');

    const foreign = connect(host, 'websocket', ada, 'https://elsewhere.example');
    await vi.waitFor(() => expect(foreign.closeCodes.length).toBeGreaterThan(0));
    await foreign.close();

    const startedMs = performance.now();
    await host.close();
    expect(performance.now() - startedMs).toBeLessThan(4_000);
    await vi.waitFor(() => expect(clients.socket.closeCodes[0]).toBe(1012));
    await expect(fetch(`${host.url}/login`, { method: 'POST' })).rejects.toThrow('fetch failed');
    expect([overSocket.failures, overSse.failures]).toEqual([[], []]);
    overSocket.stop();
    overSse.stop();
    for (const client of Object.values(clients)) await client.close();
  },
);
