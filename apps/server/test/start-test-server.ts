import type { Clock, FolkmootRouter } from '@folkmoot/api';
import type { Role } from '@folkmoot/contract';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  wsLink,
  type TRPCClient,
  type TRPCWebSocketClient,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import superjson from 'superjson';
import type { Configuration } from '../src/configuration/configuration.ts';
import { readConfiguration } from '../src/configuration/read-configuration.ts';
import { signMemberToken } from '../src/auth/member-tokens.ts';
import { createLogger } from '../src/observability/create-logger.ts';
import { startServer } from '../src/start-server.ts';

export type TokenClaims = {
  sub: string;
  role?: Role;
  name?: string;
  username?: string;
  /** Seconds from now, and up to one more; an hour by default. */
  expiresIn?: number;
};

export type StockClient = {
  trpc: TRPCClient<FolkmootRouter>;
  /** Codes with which its sockets were closed, in order. */
  closeCodes: readonly number[];
  socket: TRPCWebSocketClient;
  close: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

export type StockClientOptions = {
  streams?: 'websocket' | 'sse';
  calls?: 'http' | 'websocket';
  /** How long it waits before it connects again; the libraries' own delays unless given. */
  reconnectMs?: number;
};

/** A token, or what gives one each time a connection is made. */
export type TokenSource = string | (() => string | Promise<string>);

export type TestServer = {
  url: string;
  wsUrl: string;
  port: number;
  /** Signs the tokens that this server takes. */
  secret: string;
  database: TestDatabase;
  /** Every line that was logged so far, parsed. */
  logged: () => Record<string, unknown>[];
  token: (claims: TokenClaims) => Promise<string>;
  /** Nothing but `@trpc/client`: streams over WebSocket or SSE, calls over HTTP batches or the same WebSocket. */
  stockClient: (token?: TokenSource, options?: StockClientOptions) => StockClient;
  close: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

export const testSecret = 'a secret of the tests, long enough for HS256';

/** The whole server in this process, on a free port and a database of its own. Rate limits are off unless asked for. */
export async function startTestServer(
  options: Partial<Configuration> & { sharing?: TestDatabase; clock?: Clock; pageDirectory?: string } = {},
): Promise<TestServer> {
  const { sharing, clock, pageDirectory, ...overrides } = options;
  const database = sharing ?? (await createTestDatabase());
  const configuration: Configuration = {
    ...readConfiguration({}),
    port: 0,
    databaseUrl: database.url,
    authSecret: testSecret,
    rateLimits: false,
    rooms: ['main-chat', 'side-room'],
    drainDeadlineMs: 2_000,
    logLevel: 'debug',
    ...overrides,
  };
  const lines: string[] = [];
  const { log } = createLogger(configuration.logLevel, { write: (line) => lines.push(line) });
  const server = await startServer(configuration, {
    log,
    ...(clock ? { clock } : {}),
    ...(pageDirectory === undefined ? {} : { pageDirectory }),
  });
  const url = `http://127.0.0.1:${server.port}`;
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    await server.close();
    if (!sharing) await database.close();
  }
  return {
    url,
    wsUrl: `ws://127.0.0.1:${server.port}/trpc`,
    port: server.port,
    secret: testSecret,
    database,
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    token: async (claims) => signTestToken(claims),
    stockClient: (token, choices) => createStockClient(url, token, choices),
    close: async () => (closed ??= close()),
    [Symbol.asyncDispose]: async () => (closed ??= close()),
  };
}

/** A token as a host application would sign it with the secret of the test servers. */
export async function signTestToken(
  { expiresIn = 3600, ...claims }: TokenClaims,
  secret = testSecret,
): Promise<string> {
  const now = Date.now();
  return signMemberToken(secret, {
    ...claims,
    issuedAt: new Date(now),
    // In whole seconds, as tokens count: never sooner than was asked for.
    expiresAt: new Date(Math.ceil(now / 1000 + expiresIn) * 1000),
  });
}

/** The client that a newcomer would write down: `@trpc/client`, superjson and the router's type. */
export function createStockClient(
  url: string,
  token?: TokenSource,
  { streams = 'websocket', calls = 'http', reconnectMs }: StockClientOptions = {},
): StockClient {
  const getToken = async () => (typeof token === 'function' ? token() : token);
  const connectionParams = token === undefined ? {} : { connectionParams: async () => ({ token: await getToken() }) };
  const closeCodes: number[] = [];
  const socket = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    lazy: { enabled: true, closeMs: 60_000 },
    // The library gives a PONG one second, which a machine that is busy with tests does not always have.
    keepAlive: { enabled: true, pongTimeoutMs: 20_000 },
    onClose: (cause) => {
      if (cause?.code !== undefined) closeCodes.push(cause.code);
    },
    ...(reconnectMs === undefined ? {} : { retryDelayMs: () => reconnectMs }),
    ...connectionParams,
  });
  const transformer = superjson;
  const overSocket = wsLink<FolkmootRouter>({ client: socket, transformer });
  const trpc = createTRPCClient<FolkmootRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true:
          streams === 'websocket'
            ? overSocket
            : httpSubscriptionLink({
                url: `${url}/trpc`,
                transformer,
                EventSource,
                ...connectionParams,
                ...(reconnectMs === undefined ? {} : { eventSourceOptions: { fetch: fetchWithRetry(reconnectMs) } }),
              }),
        false:
          calls === 'websocket'
            ? overSocket
            : httpBatchLink({
                url: `${url}/trpc`,
                transformer,
                headers: async () => {
                  const current = await getToken();
                  return current === undefined ? {} : { authorization: `Bearer ${current}` };
                },
              }),
      }),
    ],
  });
  const close = async () => socket.close();
  return { trpc, closeCodes, socket, close, [Symbol.asyncDispose]: close };
}

/** As if the server had said how soon to come back: an EventSource knows of no option for that. */
function fetchWithRetry(reconnectMs: number) {
  return async (input: string | URL, init: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    const prefixed = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode(`retry: ${reconnectMs}\n\n`)),
      }),
    );
    const { status, headers } = response;
    return new Response(prefixed, { status, headers });
  };
}
