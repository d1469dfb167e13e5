import type { IncomingMessage } from 'node:http';
import type { AnyTRPCRouter } from '@trpc/server';
import { type Encoder, jsonEncoder, type WSSHandlerOptions as TrpcHandlerOptions } from '@trpc/server/adapters/ws';
import { WebSocket } from 'ws';
import { Connections } from './connections.ts';
import { FanoutEncoder } from './fanout-encoder.ts';
import { FanoutPump } from './fanout-pump.ts';
import { FrameScratch } from './frame-scratch.ts';
import type { HandlerParts } from './handler-parts.ts';
import { rootConfig } from './root-config.ts';
import { scheduleWithTimers } from './schedule.ts';
import { webSocketLimits, type ConnectionLimits } from './web-socket-limits.ts';

/** The options of tRPC's own handler, and limits. */
export type WSSHandlerOptions<TRouter extends AnyTRPCRouter> = TrpcHandlerOptions<TRouter> & {
  limits?: Partial<ConnectionLimits> | undefined;
};

/** What {@link applyWSSHandler} gives, as tRPC's own does. */
export type WSSHandler = {
  /** Asks every client to open a new connection and go on there, for example before a deploy. */
  broadcastReconnectNotification(): void;
};

/**
 * Serves a router on a `ws` server of yours: tRPC's `applyWSSHandler` with another import. On the wire it does the same;
 * beyond that it pushes what implements FanoutSource, asks nothing of an iterator whose reader is behind, closes
 * readers that stall, and holds each connection to limits. Its frames are not compressed, whatever the server
 * negotiates.
 */
export function applyWSSHandler<TRouter extends AnyTRPCRouter>(options: WSSHandlerOptions<TRouter>): WSSHandler {
  const { wss, prefix } = options;
  const serve = getWSConnectionHandler(options);
  wss.on('connection', (socket, req) => {
    if (!prefix || req.url?.startsWith(prefix)) serve(socket, req);
    // A socket that nobody serves would otherwise end the process with its first malformed frame.
    else socket.on('error', () => undefined);
  });
  return {
    broadcastReconnectNotification() {
      const notification = encoderOf(options).encode({ id: null, method: 'reconnect' });
      for (const socket of wss.clients) {
        if (socket.readyState === WebSocket.OPEN) socket.send(notification);
      }
    },
  };
}

/** The `connection` listener that `applyWSSHandler` adds, for a server that you look after yourself. */
export function getWSConnectionHandler<TRouter extends AnyTRPCRouter>(
  options: WSSHandlerOptions<TRouter>,
): (socket: WebSocket, req: IncomingMessage) => void {
  const connections = new Connections(createParts(options), scheduleWithTimers);
  return (socket, req) => connections.serve(socket, req);
}

function createParts<TRouter extends AnyTRPCRouter>(options: WSSHandlerOptions<TRouter>): HandlerParts {
  const { router, experimental_encoder: custom } = options;
  const encoder = encoderOf(options);
  const config = rootConfig(router);
  return {
    router,
    config,
    createContext: async (contextOptions) => options.createContext?.(contextOptions),
    onError: options.onError,
    encode: (message) => encoder.encode(message),
    decode: (data) => encoder.decode(data),
    pump: custom ? undefined : new FanoutPump(new FanoutEncoder(config)),
    scratch: new FrameScratch(),
    limits: { ...limitsLikeTrpc(options), ...options.limits },
    answersPing: options.dangerouslyDisablePong !== true,
    acceptsBinary: true,
    now: () => Math.trunc(performance.now()),
  };
}

/** tRPC's handler never gives up on a socket that asks for nothing, unless it is told to keep alive. */
function limitsLikeTrpc({
  keepAlive,
  maxBatchSize,
}: Pick<TrpcHandlerOptions<AnyTRPCRouter>, 'keepAlive' | 'maxBatchSize'>): ConnectionLimits {
  const { pingMs = 30_000, pongWaitMs = 5_000 } = keepAlive ?? {};
  return {
    ...webSocketLimits,
    maxBatchSize: maxBatchSize ?? Number.POSITIVE_INFINITY,
    maxWaitingBytes: 64 * 1024 * 1024,
    connectionParamsTimeoutMs: Number.POSITIVE_INFINITY,
    anonymousIdleMs: Number.POSITIVE_INFINITY,
    pingAfterMs: keepAlive?.enabled ? pingMs : Number.POSITIVE_INFINITY,
    pongWaitMs,
    stallTimeoutMs: Math.max(webSocketLimits.stallTimeoutMs, pongWaitMs),
  };
}

function encoderOf<TRouter extends AnyTRPCRouter>(options: WSSHandlerOptions<TRouter>): Encoder {
  return options.experimental_encoder ?? jsonEncoder;
}
