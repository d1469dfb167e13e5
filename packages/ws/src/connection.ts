import type { IncomingMessage } from 'node:http';
import { callTRPCProcedure, getTRPCErrorFromUnknown, transformTRPCResponse, TRPCError } from '@trpc/server';
import { parseConnectionParamsFromUnknown } from '@trpc/server/http';
import type { TRPCClientOutgoingMessage, TRPCResponseMessage } from '@trpc/server/rpc';
import type { RawData, WebSocket } from 'ws';
import { CallErrors, noCall } from './call-errors.ts';
import { CallQueue } from './call-queue.ts';
import { closeWith } from './close-codes.ts';
import type { ConnectionSigns } from './connection-watch.ts';
import { binaryFrame, textFrame } from './frames.ts';
import type { CallInfo, HandlerParts } from './handler-parts.ts';
import { malformed, parseFrame, type RequestId, type ResponseHead } from './incoming-messages.ts';
import { Outbound } from './outbound.ts';
import { Subscriptions } from './subscriptions.ts';

type ConnectionParams = ReturnType<typeof parseConnectionParamsFromUnknown>;
type Context = { ok: true; ctx: unknown } | { ok: false; error: unknown };
type Call = Exclude<TRPCClientOutgoingMessage, { method: 'subscription.stop' }>;

const pongFrame = textFrame('PONG');

/** One client's socket: takes its frames apart, calls the router, and writes the answers. */
export class Connection {
  readonly socket: WebSocket;
  readonly outbound: Outbound;
  readonly errors: CallErrors;
  /** Aborted when the socket is gone. */
  readonly #gone = new AbortController();
  readonly #parts: HandlerParts;
  readonly #req: IncomingMessage;
  readonly #calls: CallQueue;
  readonly #subscriptions: Subscriptions;
  /** Null until announced connectionParams have come. */
  #context: Promise<Context> | null;
  /** Whether it may be told to go for asking nothing. */
  isAnonymous = false;
  readonly #now: () => number;
  readonly #openedAt: number;
  #lastHeardAt: number;
  #lastAskedAt: number;

  constructor(parts: HandlerParts, socket: WebSocket, req: IncomingMessage, now: () => number) {
    const { limits } = parts;
    this.#parts = parts;
    this.socket = socket;
    this.#req = req;
    this.#now = now;
    this.#openedAt = now();
    this.#lastHeardAt = this.#openedAt;
    this.#lastAskedAt = this.#openedAt;
    this.errors = new CallErrors(parts, req);
    this.outbound = new Outbound(socket, req.socket, {
      limits,
      onOverflow: () => closeWith(socket, 'slowReader'),
      now,
    });
    this.#calls = new CallQueue(limits);
    this.#subscriptions = new Subscriptions(this, parts);
    this.#context = announcesParams(req) ? null : this.#createContext(() => null);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('error', (cause) => this.errors.report(cause, noCall));
    socket.once('close', () => this.#close());
  }

  get signs(): ConnectionSigns {
    return {
      openedAt: this.#openedAt,
      lastHeardAt: this.#lastHeardAt,
      lastAskedAt: this.#lastAskedAt,
      awaitsParams: this.#context === null,
      isAnonymous: this.isAnonymous,
      stalledSince: this.outbound.stalledSince,
    };
  }

  /** Writes a message, or what says that it could not be encoded. Nothing once the socket is closing. */
  respond(message: TRPCResponseMessage): void {
    if (!this.outbound.isOpen) return;
    const { encode, router } = this.#parts;
    let encoded: string | Uint8Array;
    try {
      encoded = encode(transformTRPCResponse(router._def._config, message));
    } catch (cause) {
      this.errors.report(cause, noCall);
      encoded = encode({ id: message.id, error: this.errors.fallback });
    }
    this.outbound.write(typeof encoded === 'string' ? textFrame(encoded) : binaryFrame(encoded));
  }

  respondWithError(head: ResponseHead<RequestId | null>, cause: unknown, call: CallInfo): void {
    const error = getTRPCErrorFromUnknown(cause);
    this.errors.report(error, call);
    this.respond({ ...head, error: this.errors.shape(error, call) });
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#lastHeardAt = this.#now();
    if (!Buffer.isBuffer(data)) {
      const message = 'Unexpected WebSocket message format';
      this.respondWithError({ id: null }, new TRPCError({ code: 'UNPROCESSABLE_CONTENT', message }), noCall);
      return;
    }
    const text = isBinary ? undefined : data.toString('utf8');
    if (text === 'PONG') {
      this.outbound.ponged();
      return;
    }
    if (text === 'PING') {
      if (this.#parts.answersPing) this.outbound.write(pongFrame);
      return;
    }
    this.#lastAskedAt = this.#lastHeardAt;
    if (this.#context === null) this.#context = this.#createContext(() => this.#parseParams(text ?? data));
    else this.#handleFrame(text ?? data, this.#context);
  }

  #handleFrame(data: string | Uint8Array, context: Promise<Context>): void {
    for (const incoming of this.#parse(data)) {
      if (incoming.kind === 'refused') {
        this.respondWithError(incoming.head, incoming.error, noCall);
      } else if (incoming.message.method === 'subscription.stop') {
        this.#subscriptions.stop(incoming.head.id);
      } else {
        this.#start(incoming.head, incoming.message, context);
      }
    }
  }

  #parse(data: string | Uint8Array): ReturnType<typeof parseFrame> {
    try {
      const { transformer } = this.#parts.router._def._config;
      return parseFrame(this.#parts.decode(data), { transformer, ...this.#parts.limits });
    } catch (cause) {
      return [malformed(cause)];
    }
  }

  #start(head: ResponseHead, { method: type, params }: Call, context: Promise<Context>): void {
    const { path } = params;
    const input = withLastEventId(params);
    const info: CallInfo = { type, path, input };
    const isSubscription = type === 'subscription';
    const subscription = isSubscription ? this.#subscriptions.open({ head, info }) : undefined;
    if (isSubscription && !subscription) return;

    const signal = subscription?.signal ?? new AbortController().signal;
    const invoke = async (): Promise<unknown> => {
      const created = await context;
      if (!created.ok) throw created.error;
      if (signal.aborted) return undefined;
      const { router } = this.#parts;
      const getRawInput = (): Promise<unknown> => Promise.resolve(input);
      return callTRPCProcedure({ router, path, getRawInput, ctx: created.ctx, type, signal, batchIndex: 0 });
    };
    const run = subscription
      ? (): Promise<void> => subscription.run(invoke)
      : (): Promise<void> => this.#answer(head, info, invoke);
    if (this.#calls.add(run, { takesSlot: !isSubscription })) return;
    const message = 'Too many calls wait on this connection. Try again in a moment.';
    this.respondWithError(head, new TRPCError({ code: 'TOO_MANY_REQUESTS', message }), info);
  }

  /** Runs a query or mutation to its answer. Never rejects. */
  async #answer(head: ResponseHead, info: CallInfo, invoke: () => Promise<unknown>): Promise<void> {
    try {
      const data = await invoke();
      if (isStreamLike(data)) {
        const message = `Cannot return an async iterable or observable from a ${info.type} procedure with WebSockets`;
        throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE', message });
      }
      this.respond({ ...head, result: { type: 'data', data } });
    } catch (cause) {
      this.respondWithError(head, cause, info);
    }
  }

  #parseParams(data: string | Uint8Array): ConnectionParams {
    let decoded: unknown;
    try {
      decoded = this.#parts.decode(data);
    } catch (cause) {
      throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage', cause });
    }
    if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) {
      throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage' });
    }
    return parseConnectionParamsFromUnknown('data' in decoded ? decoded.data : undefined);
  }

  /** Made once a socket. Where it fails the client is told under no id and under each of its calls', and closed. */
  async #createContext(getConnectionParams: () => ConnectionParams): Promise<Context> {
    try {
      const ctx = await this.#parts.createContext(
        {
          req: this.#req,
          res: this.socket,
          info: {
            connectionParams: getConnectionParams(),
            calls: [],
            isBatchCall: false,
            accept: null,
            type: 'unknown',
            signal: this.#gone.signal,
            url: null,
          },
        },
        this,
      );
      this.errors.ctx = ctx;
      return { ok: true, ctx };
    } catch (cause) {
      this.respondWithError({ id: null }, cause, noCall);
      setImmediate(() => this.socket.close());
      return { ok: false, error: cause };
    }
  }

  #close(): void {
    this.#calls.clear();
    this.#subscriptions.stopAll();
    this.outbound.close();
    this.#gone.abort();
  }
}

function announcesParams(req: IncomingMessage): boolean {
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost');
  return searchParams.get('connectionParams') === '1';
}

function withLastEventId({ input, lastEventId }: Call['params']): unknown {
  if (lastEventId === undefined) return input;
  if (typeof input === 'object' && input !== null) return { ...input, lastEventId };
  return input ?? { lastEventId };
}

function isStreamLike(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (Symbol.asyncIterator in data || 'subscribe' in data);
}
