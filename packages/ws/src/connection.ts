import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';
import type { RawData, WebSocket } from 'ws';
import { noCall, reportError } from './connection-errors.ts';
import { CallQueue, type QueuedCall } from './call-queue.ts';
import { type CloseReason, closeWith } from './close-codes.ts';
import { type ConnectionContext, createConnectionContext } from './connection-context.ts';
import { announcesParams, type ConnectionParams, readParams } from './connection-params.ts';
import type { ConnectionSigns } from './connection-watch.ts';
import { textFrame } from './frames.ts';
import type { HandlerParts } from './handler-parts.ts';
import { type IncomingMessage as Incoming, malformed, parseFrame } from './incoming-messages.ts';
import { Outbound } from './outbound.ts';
import { callProcedure, notCalled, type ProcedureCall, toCall } from './procedure-call.ts';
import { fail, refuse, respond } from './responses.ts';
import { Subscriptions } from './subscriptions.ts';

const pongFrame = textFrame('PONG');

/** One client's socket: takes its frames apart, calls the router, and writes the answers. */
export class Connection {
  readonly parts: HandlerParts;
  readonly socket: WebSocket;
  /** The upgrade request. */
  readonly req: IncomingMessage;
  readonly outbound: Outbound;
  readonly #calls: CallQueue;
  readonly #subscriptions: Subscriptions;
  /** Null until announced connectionParams have come. */
  #context: Promise<ConnectionContext> | null;
  #ctx: unknown = undefined;
  #gone: AbortController | undefined;
  #isGone = false;
  #isLeaving = false;
  /** Whether it may be told to go for asking nothing. */
  isAnonymous = false;
  readonly #openedAt: number;
  #lastHeardAt: number;
  #lastAskedAt: number;
  #quietPingAt: number | undefined;

  constructor(parts: HandlerParts, socket: WebSocket, req: IncomingMessage) {
    this.parts = parts;
    this.socket = socket;
    this.req = req;
    this.#openedAt = parts.now();
    this.#lastHeardAt = this.#openedAt;
    this.#lastAskedAt = this.#openedAt;
    this.outbound = new Outbound(socket, req.socket, parts);
    this.#calls = new CallQueue(parts.limits);
    this.#subscriptions = new Subscriptions(this);
    this.#context = announcesParams(req) ? null : this.#open(() => null);
  }

  /** What `createContext` made; undefined before. */
  get ctx(): unknown {
    return this.#ctx;
  }

  /** Aborted when the socket is gone. Made when it is first asked for: most never are. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isGone) this.#gone.abort();
    return this.#gone.signal;
  }

  get signs(): ConnectionSigns {
    return {
      openedAt: this.#openedAt,
      lastHeardAt: this.#lastHeardAt,
      lastAskedAt: this.#lastAskedAt,
      quietPingAt: this.#quietPingAt,
      awaitsParams: this.#context === null,
      isAnonymous: this.isAnonymous,
      stalledSince: this.outbound.stalledSince,
      bytesBeforeAnswer: this.outbound.bytesBeforeAnswer,
    };
  }

  /** Asks a client of whom nothing was heard for long whether it is still there. */
  pingQuiet(): void {
    this.#quietPingAt = this.parts.now();
    this.outbound.ping();
  }

  receive(data: RawData, isBinary: boolean): void {
    // What comes behind the end of a conversation would be done and never answered.
    if (!this.outbound.isOpen) return;
    this.#lastHeardAt = this.parts.now();
    this.#quietPingAt = undefined;
    if (isBinary && !this.parts.acceptsBinary) {
      closeWith(this.socket, 'binaryFrame');
      return;
    }
    if (!Buffer.isBuffer(data)) {
      const message = 'Unexpected WebSocket message format';
      refuse(this, [{ id: null }], new TRPCError({ code: 'UNPROCESSABLE_CONTENT', message }));
      return;
    }
    const text = isBinary ? undefined : data.toString('utf8');
    if (text === 'PONG') {
      this.outbound.ponged();
    } else if (text === 'PING') {
      if (this.parts.answersPing) this.outbound.write(pongFrame);
    } else if (!this.#isLeaving) {
      this.#lastAskedAt = this.#lastHeardAt;
      this.#handleFrame(text ?? data);
    }
  }

  /** Begins the closing handshake as soon as no call is under way. Those that come until then are answered, too. */
  closeWhenIdle(why: CloseReason): void {
    this.#calls.whenIdle(() => closeWith(this.socket, why));
  }

  /**
   * The same, and starts nothing more (T5): whoever calls without a break would never be idle. What is dropped has not
   * happened; the client sees its socket closed under it and asks again elsewhere.
   */
  leave(why: CloseReason): void {
    this.#isLeaving = true;
    this.closeWhenIdle(why);
  }

  /** Calls a procedure once there is a context. */
  async invoke(call: ProcedureCall, signal: AbortSignal): Promise<unknown> {
    const context = await this.#context;
    if (!context) return notCalled;
    if (!context.ok) throw context.error;
    if (call.info.type === 'subscription' && (signal.aborted || !this.outbound.isOpen)) return notCalled;
    return callProcedure(this.parts.router, call, { ctx: context.ctx, signal });
  }

  /** The socket is gone. */
  close(): void {
    this.#isGone = true;
    this.#calls.clear();
    this.#subscriptions.stopAll();
    this.outbound.close();
    this.#gone?.abort();
  }

  async #open(readConnectionParams: () => ConnectionParams): Promise<ConnectionContext> {
    const context = await createConnectionContext(this, readConnectionParams);
    if (context.ok) this.#ctx = context.ctx;
    return context;
  }

  #handleFrame(data: string | Uint8Array): void {
    if (this.#context === null) {
      this.#context = this.#open(() => readParams(() => this.parts.decode(data)));
      return;
    }
    for (const [batchIndex, incoming] of this.#parse(data).entries()) {
      if (incoming.kind === 'refused') {
        if (incoming.isReported) reportError(this, incoming.error, noCall);
        refuse(this, incoming.heads, incoming.error);
      } else if (incoming.message.method === 'subscription.stop') {
        this.#subscriptions.stop(incoming.head.id);
      } else {
        this.#start(toCall(incoming.head, incoming.message, batchIndex));
      }
    }
  }

  #parse(data: string | Uint8Array): Incoming[] {
    let decoded: unknown;
    try {
      decoded = this.parts.decode(data);
    } catch (cause) {
      return [malformed(cause)];
    }
    const { transformer } = this.parts.config;
    return parseFrame(decoded, { transformer, ...this.parts.limits });
  }

  #start(call: ProcedureCall): void {
    const queued = call.info.type === 'subscription' ? this.#subscriptions.open(call) : this.#toQueuedCall(call);
    if (!queued || this.#calls.add(queued)) return;
    if (call.info.type === 'subscription') this.#subscriptions.release(call.head.id);
    const message = 'Too many calls wait on this connection. Try again in a moment.';
    fail(this, call.head, new TRPCError({ code: 'TOO_MANY_REQUESTS', message }), call.info);
  }

  #toQueuedCall(call: ProcedureCall): QueuedCall {
    return { takesSlot: true, start: async () => this.#answer(call) };
  }

  /** Runs a query or mutation to its answer. Its signal is never aborted: it is done even when nobody waits for it. */
  async #answer(call: ProcedureCall): Promise<void> {
    const { head, info } = call;
    try {
      const data = await this.invoke(call, new AbortController().signal);
      if (isStreamLike(data)) {
        const message = `Cannot return an async iterable or observable from a ${info.type} procedure with WebSockets`;
        throw new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE', message });
      }
      respond(this, { ...head, result: { type: 'data', data } });
    } catch (cause) {
      fail(this, head, cause, info);
    }
  }
}

function isStreamLike(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (Symbol.asyncIterator in data || 'subscribe' in data);
}
