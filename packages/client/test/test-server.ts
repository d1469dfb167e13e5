import { EventEmitter, on, once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import {
  type ChatErrorCode,
  type ChatErrorData,
  eventsInputSchema,
  type Message,
  guestInputSchema,
  historyInputSchema,
  messageStreamInputSchema,
  recentInputSchema,
  sendInputSchema,
} from '@folkmoot/contract';
import { TRPCError, initTRPC, tracked } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import superjson from 'superjson';
import { WebSocketServer } from 'ws';
import { ada, me, uuidOf } from './room-log.ts';

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** A log that outlives the server, as a database does. */
export type TestLog = { texts: string[]; clientMessageIds: Map<number, string>; written: EventEmitter };
export const createTestLog = (): TestLog => ({
  texts: [],
  clientMessageIds: new Map(),
  written: new EventEmitter().setMaxListeners(0),
});

/** A send of this text takes effect, and its answer never comes. */
export const unanswered = 'never answered';

class TestRefusal extends Error {
  readonly chat: ChatErrorData;
  constructor(chat: ChatErrorData) {
    super(`Refused: ${chat.code}`);
    this.chat = chat;
  }
}

function refuse(chat: ChatErrorData, code: TRPCError['code']): never {
  throw new TRPCError({ code, message: 'Refused.', cause: new TestRefusal(chat) });
}

/** tRPC's own server and adapters with a few procedures of the chat's names, and a record of what clients brought. */
export async function startTestServer({ log = createTestLog(), port = 0 }: { log?: TestLog; port?: number } = {}) {
  let isWebSocketBlocked = false;
  const seen = {
    /** Of every request and socket, undefined for none. */
    tokens: [] as (string | undefined)[],
    urls: [] as string[],
    sends: [] as { message: string; clientMessageId?: string | null | undefined }[],
    sockets: 0,
  };
  /** The message of that seq, 1, 2, 3 …; what has a clientMessageId is ours. */
  const messageOf = (seq: number): Message => {
    const clientMessageId = log.clientMessageIds.get(seq) ?? null;
    const user = clientMessageId === null ? ada : me;
    const at = new Date(seq * 1000);
    return {
      id: uuidOf(seq),
      room: 'main-chat',
      userId: user.id,
      message: log.texts[seq - 1] ?? '',
      seq,
      version: seq,
      editedAt: null,
      isDeleted: false,
      createdAt: at,
      updatedAt: at,
      clientMessageId,
      user,
    };
  };
  const refusals: ChatErrorData[] = [];
  const statuses: number[] = [];

  type Context = { token: string | undefined; transport: 'http' | 'websocket' };
  const t = initTRPC.context<Context>().create({
    transformer: superjson,
    sse: { client: { reconnectAfterInactivityMs: 5_000 }, ping: { enabled: true, intervalMs: 1_000 } },
    errorFormatter: ({ shape, error }) => ({
      ...shape,
      data: { ...shape.data, ...(error.cause instanceof TestRefusal && { chat: error.cause.chat }) },
    }),
  });
  const procedure = t.procedure.use(({ ctx, next }) => {
    if (ctx.token === 'bad') refuse({ code: 'TOKEN_INVALID', retryable: 'no' }, 'UNAUTHORIZED');
    const refusal = refusals.shift();
    if (refusal) refuse(refusal, refusal.retryable === 'no' ? 'FORBIDDEN' : 'SERVICE_UNAVAILABLE');
    return next();
  });

  const router = t.router({
    auth: t.router({
      guest: procedure.input(guestInputSchema).mutation(({ ctx }) => ({ token: ctx.transport })),
    }),
    chat: t.router({
      recent: procedure.input(recentInputSchema).query(({ ctx }) => ({ token: ctx.token, at: new Date(0) })),
      history: procedure.input(historyInputSchema).query(() => ({
        messages: log.texts.map((_, index) => messageOf(index + 1)),
        nextCursor: null,
        previousCursor: null,
        position: String(log.texts.length),
      })),
      events: procedure.input(eventsInputSchema).query(({ input }) => {
        const events = log.texts
          .map((text, index) => ({
            type: 'message-received',
            text,
            position: String(index + 1),
            message: messageOf(index + 1),
          }))
          .slice(Number(input.after), Number(input.after) + 2);
        return { events, position: events.at(-1)?.position ?? input.after, reset: false };
      }),
      send: procedure.input(sendInputSchema).mutation(({ input, ctx }) => {
        seen.sends.push(input);
        log.texts.push(input.message);
        if (input.clientMessageId != null) log.clientMessageIds.set(log.texts.length, input.clientMessageId);
        const message = messageOf(log.texts.length);
        log.written.emit('write');
        if (input.message === unanswered) return new Promise<never>(() => undefined);
        return { ...message, transport: ctx.transport };
      }),
      message: procedure.input(messageStreamInputSchema).subscription(async function* ({ input, signal }) {
        let position = Number(input.lastEventId ?? log.texts.length);
        const wakeUps = on(log.written, 'write', { signal });
        yield tracked(String(position), { type: 'ready', text: '', position: String(position) });
        for (;;) {
          while (position < log.texts.length) {
            const text = log.texts[position++];
            const event = { type: 'message-received', text, position: String(position), message: messageOf(position) };
            yield tracked(event.position, event);
          }
          await wakeUps.next();
        }
      }),
    }),
  });

  const http = createServer();
  const handler = createHTTPHandler({
    router,
    basePath: '/trpc/',
    createContext: ({ req }) => ({
      token: note(req.headers.authorization?.slice('Bearer '.length)),
      transport: 'http',
    }),
  });
  http.on('request', (request, response) => {
    seen.urls.push(request.url ?? '');
    const status = statuses.shift();
    if (status) response.writeHead(status, { 'content-type': 'text/html' }).end('<p>proxy</p>');
    else handler(request, response);
  });
  const wss = new WebSocketServer({ server: http, verifyClient: () => !isWebSocketBlocked });
  wss.on('connection', (_, request: IncomingMessage) => {
    seen.sockets++;
    seen.urls.push(request.url ?? '');
  });
  const trpcSockets = applyWSSHandler({
    wss,
    router,
    createContext: ({ info }) => ({ token: note(info.connectionParams?.['token']), transport: 'websocket' }),
  });
  function note(token: string | undefined): string | undefined {
    seen.tokens.push(token);
    return token;
  }

  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.');

  return {
    url: `http://127.0.0.1:${address.port}/trpc`,
    port: address.port,
    log,
    seen,
    /** The next call or stream is refused with this. */
    refuseNext(code: ChatErrorCode, retryable: ChatErrorData['retryable']) {
      refusals.push({ code, retryable });
    },
    /** The next HTTP request gets what a proxy says while the server is away. */
    answerNextWith(...codes: number[]) {
      statuses.push(...codes);
    },
    write(...texts: string[]) {
      log.texts.push(...texts);
      log.written.emit('write');
    },
    /** Cuts every connection without a word, as a lost network does. */
    drop() {
      for (const socket of wss.clients) socket.terminate();
      http.closeAllConnections();
    },
    /** From now on the network lets no new WebSocket through, or does again. */
    blockWebSockets(isBlocked: boolean) {
      isWebSocketBlocked = isBlocked;
    },
    /** Ends every WebSocket with a close code, as the server does. */
    closeSockets(code: number) {
      for (const socket of wss.clients) socket.close(code);
    },
    askToReconnect: () => trpcSockets.broadcastReconnectNotification(),
    async close() {
      this.drop();
      wss.close();
      http.close();
      await once(http, 'close');
    },
    async [Symbol.asyncDispose]() {
      await this.close();
    },
  };
}
