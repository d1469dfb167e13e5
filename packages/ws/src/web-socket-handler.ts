import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnyTRPCRouter, inferRouterContext, TRPCError } from '@trpc/server';
import { getWSConnectionHandler } from '@trpc/server/adapters/ws';
import { WebSocket, WebSocketServer } from 'ws';
import { closeWith, type CloseReason } from './close-codes.ts';
import { drainSlices } from './drain-slices.ts';
import { keepAlive } from './keep-alive.ts';
import { scheduleWithTimers, type Schedule } from './schedule.ts';
import { limitSilence, type SilenceLimit } from './silence-limit.ts';
import { createUpgradeHandler } from './upgrade-handler.ts';
import { webSocketLimits } from './web-socket-limits.ts';

/** One client's socket, as its context knows it. */
export type Connection = {
  /** Starts the closing handshake. The client finds code and reason in the table of close codes. */
  close: (why: CloseReason) => void;
  /** The same once the calls under way are answered, at the latest after `withinMs`. */
  closeWhenIdle: (why: CloseReason, withinMs: number) => void;
  /** Aborted when the socket is gone. */
  signal: AbortSignal;
};

export type ConnectionContextOptions = {
  /** The upgrade request. */
  req: IncomingMessage;
  /** What the client sent as its credentials; null when it announced or sent none. */
  connectionParams: Record<string, string | undefined> | null;
  connection: Connection;
};

export type WebSocketHandlerOptions<TRouter extends AnyTRPCRouter> = {
  router: TRouter;
  /**
   * Called once per socket. It must not throw for a bad credential: a stock client would reconnect for ever. Keep the
   * failure in the context and answer each call with it (A2).
   */
  createContext: (
    options: ConnectionContextOptions,
  ) => inferRouterContext<TRouter> | Promise<inferRouterContext<TRouter>>;
  /** Where the router is served, '/trpc' for example. Other paths are refused with 404. */
  path: string;
  /** Asked at every upgrade; undefined is a client that is no browser. */
  isOriginAllowed: (origin: string | undefined) => boolean;
  clientAddress: (request: IncomingMessage) => string;
  /** Resolves when no call of a context is in flight: the socket is closed then, not before, where it can wait. */
  whenIdle?: (context: inferRouterContext<TRouter>) => Promise<void>;
  /** Whether a socket may be told to go for asking nothing. By default one that sent no connectionParams. */
  isAnonymous?: (connectionParams: ConnectionContextOptions['connectionParams']) => boolean;
  onError?: (options: { error: TRPCError; path: string | undefined; req: IncomingMessage }) => void;
  limits?: Partial<Record<keyof typeof webSocketLimits, number>>;
  schedule?: Schedule;
  random?: () => number;
};

export type WebSocketHandler = {
  /** For the `upgrade` event of an HTTP server; it answers every upgrade, also the ones that it refuses. */
  handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Open sockets. */
  count: () => number;
  /**
   * Refuses new sockets and asks each client, in random slices over `spreadMs`, to connect elsewhere (T5). Old sockets
   * work on until `close`. Resolves when all are told.
   */
  drain: (options: { spreadMs: number }) => Promise<void>;
  /** Closes all sockets with a code, each when its calls are done. Cut off after `deadlineMs`. */
  close: (options: { deadlineMs: number }) => Promise<void>;
  /** Closes all sockets now and goes on accepting new ones. */
  sendAway: (why: CloseReason) => void;
};

type OpenSocket = { socket: WebSocket; whenIdle: () => Promise<void> };

const reconnectNotification = JSON.stringify({ id: null, method: 'reconnect' });

/**
 * Serves a tRPC router over WebSocket on an HTTP server of yours, with every limit that an open port needs. It wires the
 * parts beside this file around tRPC's own connection handler.
 */
export function createWebSocketHandler<TRouter extends AnyTRPCRouter>(
  options: WebSocketHandlerOptions<TRouter>,
): WebSocketHandler {
  const { schedule = scheduleWithTimers, random = Math.random } = options;
  const limits = { ...webSocketLimits, ...options.limits };
  const isAnonymous = options.isAnonymous ?? ((params) => params === null);
  const open = new Map<WebSocket, OpenSocket>();
  const silences = new WeakMap<WebSocket, SilenceLimit>();

  const serveConnection = getWSConnectionHandler<AnyTRPCRouter>({
    router: options.router,
    maxBatchSize: limits.maxBatchSize,
    // Only read by tRPC's applyWSSHandler; sockets come from our own upgrade handler.
    wss: new WebSocketServer({ noServer: true }),
    createContext: ({ req, res, info }): unknown => createContext(res, req, info.connectionParams, info.signal),
    onError: ({ error, path, req }) => options.onError?.({ error, path, req }),
  });

  async function createContext(
    socket: WebSocket,
    req: IncomingMessage,
    connectionParams: ConnectionContextOptions['connectionParams'],
    signal: AbortSignal,
  ): Promise<unknown> {
    silences.get(socket)?.allow(isAnonymous(connectionParams) ? limits.anonymousIdleMs : undefined, 'anonymousIdle');
    const connection: Connection = {
      close: (why) => closeWith(socket, why),
      closeWhenIdle(why, withinMs) {
        const close = () => closeWith(socket, why);
        const cancel = schedule(close, withinMs);
        socket.once('close', cancel);
        whenAnswered(open.get(socket)).then(close, close);
      },
      signal,
    };
    const context: inferRouterContext<TRouter> = await options.createContext({ req, connectionParams, connection });
    const entry = open.get(socket);
    if (entry) entry.whenIdle = async () => options.whenIdle?.(context);
    return context;
  }

  const upgrades = createUpgradeHandler({
    path: options.path,
    isOriginAllowed: options.isOriginAllowed,
    clientAddress: options.clientAddress,
    schedule,
    limits,
    onSocket(socket, request, announcesParams) {
      open.set(socket, { socket, whenIdle: async () => {} });
      socket.once('close', () => open.delete(socket));
      socket.on('message', (_data, isBinary) => {
        if (isBinary) closeWith(socket, 'binaryFrame');
      });
      const silence = limitSilence(socket, schedule);
      silences.set(socket, silence);
      if (announcesParams) silence.allow(limits.connectionParamsTimeoutMs, 'connectionParamsMissing');
      keepAlive(socket, { ...limits, schedule });
      serveConnection(socket, request);
    },
  });

  return {
    handleUpgrade: upgrades.handleUpgrade,
    count: () => open.size,
    async drain({ spreadMs }) {
      upgrades.stopAccepting();
      const slices = drainSlices([...open.keys()], { spreadMs, sliceMs: 100, random });
      await Promise.all(
        slices.map(async ({ atMs, members }) => {
          await delay(atMs, schedule);
          for (const socket of members) {
            if (socket.readyState === WebSocket.OPEN) socket.send(reconnectNotification);
          }
        }),
      );
    },
    async close({ deadlineMs }) {
      upgrades.stopAccepting();
      const entries = [...open.values()];
      const cancelDeadline = schedule(() => {
        for (const { socket } of entries) socket.terminate();
      }, deadlineMs);
      await Promise.all(entries.map(closeWhenIdle));
      cancelDeadline();
    },
    sendAway(why) {
      for (const socket of open.keys()) closeWith(socket, why);
    },
  };
}

/** A call that is done has its answer written a few microtasks later; a closing socket would swallow it. */
async function whenAnswered(entry: OpenSocket | undefined): Promise<void> {
  await entry?.whenIdle();
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

async function closeWhenIdle(entry: OpenSocket): Promise<void> {
  const { socket } = entry;
  const closed = new Promise<void>((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) resolve();
    else socket.once('close', () => resolve());
  });
  await Promise.race([whenAnswered(entry), closed]);
  closeWith(socket, 'serviceRestart');
  await closed;
}

async function delay(ms: number, schedule: Schedule): Promise<void> {
  await new Promise<void>((resolve) => {
    schedule(resolve, ms);
  });
}
