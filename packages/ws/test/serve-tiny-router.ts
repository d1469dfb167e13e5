import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createTRPCClient, createWSClient, wsLink, type TRPCLink } from '@trpc/client';
import { initTRPC, tracked } from '@trpc/server';
import { WebSocket } from 'ws';
import { createWebSocketHandler, type Connection, type WebSocketHandlerOptions } from '../src/index.ts';

type Context = { token: string | undefined; connection: Connection };

const t = initTRPC.context<Context>().create({ isDev: false });

/** A router without a word of chat: a counter stream, an echo, and a call that waits until it is let go. */
function createTinyRouter() {
  const waiting: (() => void)[] = [];
  const router = t.router({
    echo: t.procedure.input(textInput).query(({ input }) => input),
    token: t.procedure.query(({ ctx }) => ctx.token ?? null),
    expire: t.procedure.mutation(({ ctx }) => {
      ctx.connection.close('tokenExpired');
    }),
    wait: t.procedure.mutation(async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return 'done';
    }),
    flood: t.procedure.input(textInput).subscription(async function* ({ input }) {
      for (let n = 0; n < 10_000; n++) {
        yield input.repeat(64 * 1024);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }),
    count: t.procedure.input(resumeInput).subscription(async function* ({ input, signal }) {
      const from = Number(input?.lastEventId ?? 0);
      for (let n = from + 1; n <= from + 3; n++) yield tracked(String(n), n);
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    }),
  });
  return { router, waiting };
}

function textInput(value: unknown): string {
  if (typeof value !== 'string') throw new Error('A text is needed.');
  return value;
}

function resumeInput(value: unknown): { lastEventId?: string } | undefined {
  if (typeof value !== 'object' || value === null || !('lastEventId' in value)) return undefined;
  return { lastEventId: String(value.lastEventId) };
}

type TinyRouter = ReturnType<typeof createTinyRouter>['router'];

/** The tiny router on a real port; everything that was opened is closed by `await using`. */
export async function serveTinyRouter(options: Partial<WebSocketHandlerOptions<TinyRouter>> = {}) {
  const { router, waiting } = createTinyRouter();
  const handler = createWebSocketHandler({
    router,
    path: '/trpc',
    isOriginAllowed: () => true,
    clientAddress: (request) => request.socket.remoteAddress ?? '',
    createContext: ({ connectionParams, connection }) => ({ token: connectionParams?.['token'], connection }),
    ...options,
  });
  const server = createServer();
  server.on('upgrade', handler.handleUpgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `ws://127.0.0.1:${port}/trpc`;

  return {
    handler,
    waiting,
    port,
    url,
    openSocket: (suffix = '', socketOptions: { origin?: string } = {}) => new WebSocket(url + suffix, socketOptions),
    stockClient: (token?: string) => stockClient(url, token),
    /** Sends bytes as they are and gives back all that the server answers until it ends the connection. */
    async rawExchange(text: string): Promise<string> {
      const socket = connect(port, '127.0.0.1');
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => {});
      socket.write(text);
      await once(socket, 'close');
      return Buffer.concat(chunks).toString();
    },
    async [Symbol.asyncDispose]() {
      await handler.close({ deadlineMs: 200 });
      server.close();
    },
  };
}

function stockClient(url: string, token: string | undefined) {
  const codes: number[] = [];
  const wsClient = createWSClient({
    url,
    retryDelayMs: () => 20,
    onClose: (cause) => {
      if (cause?.code !== undefined) codes.push(cause.code);
    },
    ...(token === undefined ? {} : { connectionParams: { token } }),
  });
  const link: TRPCLink<TinyRouter> = wsLink({ client: wsClient });
  return { trpc: createTRPCClient<TinyRouter>({ links: [link] }), codes, close: () => wsClient.close() };
}

/** The text frames of a socket, as they come. PING is none of them, and answered as stock clients do. */
export function textFrames(socket: WebSocket): string[] {
  const frames: string[] = [];
  socket.on('message', (data) => {
    if (!Buffer.isBuffer(data)) return;
    const text = data.toString();
    if (text === 'PING') socket.send('PONG');
    else frames.push(text);
  });
  return frames;
}

/** The code and reason with which a socket ends. */
export async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

/** The HTTP answer with which an upgrade is refused. */
export async function refusalOf(socket: WebSocket): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    socket.on('error', () => {});
    socket.once('open', () => reject(new Error('The upgrade was not refused.')));
    socket.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });
}
