import type { IncomingMessage } from 'node:http';
import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { NodeHTTPCreateContextFnOptions } from '@trpc/server/adapters/node-http';
import type { WebSocket } from 'ws';
import type { Connection } from './connection.ts';
import type { FanoutPump } from './fanout-pump.ts';
import type { FrameScratch } from './frame-scratch.ts';
import type { RootConfig } from './root-config.ts';
import type { ConnectionLimits } from './web-socket-limits.ts';

export type CallInfo = {
  type: 'query' | 'mutation' | 'subscription' | 'unknown';
  path: string | undefined;
  input: unknown;
};

export type ErrorReport = CallInfo & { error: TRPCError; ctx: unknown; req: IncomingMessage };

/** What all connections of one handler share. */
export type HandlerParts = {
  router: AnyTRPCRouter;
  /** The router's own. */
  config: RootConfig;
  createContext: (
    options: NodeHTTPCreateContextFnOptions<IncomingMessage, WebSocket>,
    connection: Connection,
  ) => unknown;
  onError: ((report: ErrorReport) => unknown) | undefined;
  encode: (message: unknown) => string | Uint8Array;
  decode: (data: string | Uint8Array) => unknown;
  /** Undefined where frames are not JSON text: what would be pushed is iterated then. */
  pump: FanoutPump | undefined;
  scratch: FrameScratch;
  limits: ConnectionLimits;
  answersPing: boolean;
  /** Whether a binary frame is decoded; else it closes the socket. */
  acceptsBinary: boolean;
  /** Milliseconds of any clock. */
  now: () => number;
};
