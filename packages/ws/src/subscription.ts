import { getTRPCErrorFromUnknown, TRPCError } from '@trpc/server';
import { reportError } from './connection-errors.ts';
import type { QueuedCall } from './call-queue.ts';
import type { Connection } from './connection.ts';
import { messagePrefix, toResult } from './fanout-encoder.ts';
import type { FanoutSubscriber, Waiter } from './fanout-pump.ts';
import { isFanoutSource } from './fanout-source.ts';
import type { RequestId } from './incoming-messages.ts';
import {
  dispose,
  isAbortError,
  isIterable,
  iterate,
  type IterationOutlet,
  toIterable,
} from './iterated-subscription.ts';
import type { Outbound } from './outbound.ts';
import { notCalled, type ProcedureCall } from './procedure-call.ts';
import { fail, respond, respondWithError } from './responses.ts';

/** Who keeps the ids: free again right before the client is told that the subscription has stopped. */
type Registry = { release(id: RequestId): void };

/** One subscription, from the request to `stopped`. */
export class Subscription implements QueuedCall, FanoutSubscriber, IterationOutlet {
  readonly takesSlot = false;
  readonly #call: ProcedureCall;
  readonly #connection: Connection;
  readonly #registry: Registry;
  readonly #abort = new AbortController();
  #push: { stop(): void } | undefined;
  #state: 'queued' | 'running' | 'over' = 'queued';

  constructor(call: ProcedureCall, connection: Connection, registry: Registry) {
    this.#call = call;
    this.#connection = connection;
    this.#registry = registry;
  }

  get outlet(): Outbound {
    return this.#connection.outbound;
  }

  /** Also before and while the procedure is called: its result is then cleaned up without being read. */
  stop(): void {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#push?.stop();
    // Whatever is iterated ends by itself, when it has been cleaned up.
    if (this.#push || this.#state === 'queued') this.#end();
  }

  /** Calls the procedure and serves what it gives. Never rejects; a pushed subscription goes on after it resolves. */
  async start(): Promise<void> {
    if (this.#state === 'over') return;
    this.#state = 'running';
    const { signal } = this.#abort;
    let source: unknown;
    let iterable: AsyncIterable<unknown> | undefined;
    try {
      source = await this.#connection.invoke(this.#call, signal);
      if (source !== notCalled && !isIterable(source)) {
        const message = `Subscription ${this.#call.info.path} did not return an observable or a AsyncGenerator`;
        throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message });
      }
      if (signal.aborted || !this.outlet.isOpen) {
        if (!signal.aborted) this.#abort.abort();
        if (!isFanoutSource(source)) await dispose(source, (error) => this.onLateError(error));
        this.#end();
        return;
      }
      if (!this.#isPushed(source)) iterable = toIterable(source, signal);
      this.#respond({ type: 'started' });
    } catch (cause) {
      if (isCancellation(cause, signal)) this.#end();
      else this.#refuse(cause);
      return;
    }
    if (iterable) await this.#iterate(iterable);
    else this.#startPush(source);
  }

  get isWritable(): boolean {
    return this.outlet.isWritable;
  }

  whenWritable(waiter: Waiter): void {
    this.outlet.whenWritable(waiter);
  }

  forget(waiter: Waiter): void {
    this.outlet.forget(waiter);
  }

  onValue(value: unknown): void {
    this.#respond(toResult(value));
  }

  onLateError(error: unknown): void {
    reportError(this.#connection, error, this.#call.info);
  }

  onEnd(failure?: { error: unknown }): void {
    this.#push = undefined;
    if (failure) this.#break(failure.error);
    else this.#end();
  }

  #isPushed(source: unknown): boolean {
    return this.#connection.parts.pump !== undefined && isFanoutSource(source);
  }

  #startPush(source: unknown): void {
    const { pump } = this.#connection.parts;
    if (!pump || !isFanoutSource(source)) return;
    try {
      this.#push = pump.start(source, messagePrefix(this.#call.head), this);
    } catch (error) {
      this.#break(error);
    }
  }

  async #iterate(iterable: AsyncIterable<unknown>): Promise<void> {
    try {
      await iterate(iterable, this, this.#abort);
    } catch (error) {
      this.#break(error);
      return;
    }
    this.#end();
  }

  /** As tRPC does it: a stream that breaks is told the error and that it stopped. */
  #break(cause: unknown): void {
    if (!this.#abort.signal.aborted) this.#abort.abort();
    try {
      respondWithError(this.#connection, this.#call.head, cause, this.#call.info);
    } catch (failure) {
      this.#refuse(failure);
      return;
    }
    this.#end();
  }

  /** One that never began is told only the error. */
  #refuse(cause: unknown): void {
    this.#state = 'over';
    this.#registry.release(this.#call.head.id);
    fail(this.#connection, this.#call.head, cause, this.#call.info);
  }

  #end(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#registry.release(this.#call.head.id);
    try {
      this.#respond({ type: 'stopped' });
    } catch (error) {
      this.onLateError(error);
    }
  }

  #respond(result: ReturnType<typeof toResult> | { type: 'started' | 'stopped' }): void {
    respond(this.#connection, { ...this.#call.head, result });
  }
}

/** A procedure that gives up because its subscription was cancelled has not failed. */
function isCancellation(cause: unknown, signal: AbortSignal): boolean {
  const error = getTRPCErrorFromUnknown(cause);
  return signal.aborted && error.code === 'INTERNAL_SERVER_ERROR' && isAbortError(error.cause);
}
