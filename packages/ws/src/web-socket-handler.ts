import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnyTRPCRouter, inferRouterContext, TRPCError } from '@trpc/server';
import { WebSocket } from 'ws';
import { closeWith, type CloseReason } from './close-codes.ts';
import type { Connection as ServedConnection } from './connection.ts';
import { Connections } from './connections.ts';
import { drainSlices } from './drain-slices.ts';
import { FanoutEncoder } from './fanout-encoder.ts';
import { FanoutPump } from './fanout-pump.ts';
import { FrameScratch } from './frame-scratch.ts';
import { textFrame } from './frames.ts';
import { rootConfig } from './root-config.ts';
import { scheduleWithTimers, type Schedule } from './schedule.ts';
import { createUpgradeHandler } from './upgrade-handler.ts';
import { webSocketLimits } from './web-socket-limits.ts';

/** One client's socket, as its context knows it. */
export interface Connection {
  /** Starts the closing handshake. The client finds code and reason in the table of close codes. */
  close(why: CloseReason): void;
  /** The same once no call is under way, at the latest after `withinMs`. */
  closeWhenIdle(why: CloseReason, withinMs: number): void;
  /** Aborted when the socket is gone. */
  readonly signal: AbortSignal;
}

/** What a context is made from, once for each socket. */
export type ConnectionContextOptions = {
  /** The upgrade request. */
  req: IncomingMessage;
  /** What the client sent as its credentials; null when it announced or sent none. */
  connectionParams: Record<string, string | undefined> | null;
  connection: Connection;
};

/**
 * What {@link createWebSocketHandler} serves, where, and to whom. `limits` and their defaults are {@link
 * webSocketLimits}.
 */
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
  /**
   * Whether a socket may be told to go for asking nothing. By default one that sent no connectionParams; where sessions are
   * cookies, ask the request. Its frames are still small: raise `limits.maxAnonymousFrameBytes` then.
   */
  isAnonymous?: (connectionParams: ConnectionContextOptions['connectionParams'], req: IncomingMessage) => boolean;
  onError?: (options: { error: TRPCError; path: string | undefined; req: IncomingMessage }) => void;
  limits?: Partial<Record<keyof typeof webSocketLimits, number>>;
  schedule?: Schedule;
  /** Milliseconds of any clock that goes with `schedule`. */
  now?: () => number;
  random?: () => number;
};

/** Takes upgrades, and lets sockets go in order. */
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

const reconnectNotification = textFrame(JSON.stringify({ id: null, method: 'reconnect' }));

/**
 * Serves a tRPC router over WebSocket on an HTTP server of yours, with every limit that an open port needs. It wires the
 * parts beside this file.
 */
export function createWebSocketHandler<TRouter extends AnyTRPCRouter>(
  options: WebSocketHandlerOptions<TRouter>,
): WebSocketHandler {
  const { schedule = scheduleWithTimers, random = Math.random } = options;
  const limits = { ...webSocketLimits, ...options.limits };
  const isAnonymous = options.isAnonymous ?? ((params) => params === null);
  const config = rootConfig(options.router);
  const connections = new Connections(
    {
      router: options.router,
      config,
      createContext: ({ req, info }, connection) => createContext(connection, req, info.connectionParams),
      onError: ({ error, path, req }) => options.onError?.({ error, path, req }),
      encode: (message) => JSON.stringify(message),
      decode: (data): unknown => JSON.parse(String(data)),
      pump: new FanoutPump(new FanoutEncoder(config)),
      scratch: new FrameScratch(),
      limits,
      answersPing: true,
      acceptsBinary: false,
      now: options.now ?? (() => Math.trunc(performance.now())),
    },
    schedule,
  );

  function createContext(
    served: ServedConnection,
    req: IncomingMessage,
    connectionParams: ConnectionContextOptions['connectionParams'],
  ): unknown {
    served.isAnonymous = isAnonymous(connectionParams, req);
    return options.createContext({ req, connectionParams, connection: new ContextConnection(served, schedule) });
  }

  const upgrades = createUpgradeHandler({
    path: options.path,
    isOriginAllowed: options.isOriginAllowed,
    clientAddress: options.clientAddress,
    schedule,
    limits,
    onSocket: (socket, request) => connections.serve(socket, request),
  });

  return {
    handleUpgrade: upgrades.handleUpgrade,
    count: () => connections.size,
    async drain({ spreadMs }) {
      upgrades.stopAccepting();
      const slices = drainSlices(connections.list(), { spreadMs, sliceMs: 100, random });
      await Promise.all(
        slices.map(async ({ atMs, members }) => {
          await delay(atMs, schedule);
          for (const { outbound } of members) outbound.write(reconnectNotification);
        }),
      );
    },
    async close({ deadlineMs }) {
      upgrades.stopAccepting();
      const served = connections.list();
      const cancelDeadline = schedule(() => {
        for (const { socket } of served) socket.terminate();
      }, deadlineMs);
      await Promise.all(
        served.map(async (connection) => {
          connection.leave('serviceRestart');
          await untilClosed(connection.socket);
        }),
      );
      cancelDeadline();
    },
    sendAway(why) {
      for (const { socket } of connections.list()) closeWith(socket, why);
    },
  };
}

/** An object of its own for the context, which must not reach what is inside. */
class ContextConnection implements Connection {
  readonly #served: ServedConnection;
  readonly #schedule: Schedule;

  constructor(served: ServedConnection, schedule: Schedule) {
    this.#served = served;
    this.#schedule = schedule;
  }

  close(why: CloseReason): void {
    closeWith(this.#served.socket, why);
  }

  closeWhenIdle(why: CloseReason, withinMs: number): void {
    const { socket } = this.#served;
    const cancel = this.#schedule(() => closeWith(socket, why), withinMs);
    socket.once('close', cancel);
    this.#served.closeWhenIdle(why);
  }

  get signal(): AbortSignal {
    return this.#served.signal;
  }
}

async function untilClosed(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    if (socket.readyState === WebSocket.CLOSED) resolve();
    else socket.once('close', () => resolve());
  });
}

async function delay(ms: number, schedule: Schedule): Promise<void> {
  await new Promise<void>((resolve) => {
    schedule(resolve, ms);
  });
}
