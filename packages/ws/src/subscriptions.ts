import { TRPCError } from '@trpc/server';
import type { Connection } from './connection.ts';
import { messagePrefix, toResult } from './fanout-encoder.ts';
import { type FanoutSource, isFanoutSource } from './fanout-source.ts';
import type { CallInfo, HandlerParts } from './handler-parts.ts';
import type { RequestId, ResponseHead } from './incoming-messages.ts';
import { isIterable, iterate } from './iterated-subscription.ts';

type Request = { head: ResponseHead; info: CallInfo };

/** The subscriptions of one connection, by request id. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #parts: HandlerParts;
  readonly #open = new Map<RequestId, Subscription>();

  constructor(connection: Connection, parts: HandlerParts) {
    this.#connection = connection;
    this.#parts = parts;
  }

  /** Undefined, and the client told why, where the id is taken or there are too many. */
  open(request: Request): Subscription | undefined {
    const { head, info } = request;
    const { id } = head;
    const { maxSubscriptions } = this.#parts.limits;
    const refusal = this.#open.has(id)
      ? `Duplicate id ${id}`
      : this.#open.size >= maxSubscriptions
        ? `A connection holds at most ${maxSubscriptions} subscriptions.`
        : undefined;
    if (refusal !== undefined) {
      const error = new TRPCError({ code: 'BAD_REQUEST', message: refusal });
      this.#connection.respondWithError(head, error, info);
      return undefined;
    }
    const subscription = new Subscription(request, this.#connection, this.#parts, () => this.#open.delete(id));
    this.#open.set(id, subscription);
    return subscription;
  }

  stop(id: RequestId): void {
    this.#open.get(id)?.stop();
  }

  stopAll(): void {
    for (const subscription of this.#open.values()) subscription.stop();
    this.#open.clear();
  }
}

/** One subscription, from the request to `stopped`. */
class Subscription {
  readonly #request: Request;
  readonly #connection: Connection;
  readonly #parts: HandlerParts;
  readonly #release: () => void;
  readonly #abort = new AbortController();
  #stopPushing: (() => void) | undefined;

  constructor(request: Request, connection: Connection, parts: HandlerParts, release: () => void) {
    this.#request = request;
    this.#connection = connection;
    this.#parts = parts;
    this.#release = release;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Also while the procedure is still being called: its result is then cleaned up without being read. */
  stop(): void {
    if (this.#abort.signal.aborted) return;
    const stopPushing = this.#stopPushing;
    this.#abort.abort();
    if (!stopPushing) return;
    this.#stopPushing = undefined;
    stopPushing();
    this.#end();
  }

  /** Calls the procedure and serves what it gives. Never rejects; a pushed subscription goes on after it resolves. */
  async run(invoke: () => Promise<unknown>): Promise<void> {
    let result: unknown;
    try {
      result = await invoke();
      if (result !== undefined && !isIterable(result)) {
        const message = `Subscription ${String(this.#request.info.path)} did not return an observable or a AsyncGenerator`;
        throw new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message });
      }
    } catch (cause) {
      if (this.signal.aborted && isAbortError(cause)) this.#end();
      else this.#fail(cause, { isStarted: false });
      return;
    }
    if (this.signal.aborted || !this.#connection.outbound.isOpen) {
      this.#abort.abort();
      await this.#iterate(result);
      return;
    }
    this.#respond({ type: 'started' });
    if (this.#parts.pump && isFanoutSource(result)) this.#push(result, this.#parts.pump);
    else await this.#iterate(result);
  }

  #push(source: FanoutSource, pump: NonNullable<HandlerParts['pump']>): void {
    try {
      this.#stopPushing = pump.start(source, {
        outlet: this.#connection.outbound,
        prefix: messagePrefix(this.#request.head),
        onEnd: (error) => {
          this.#stopPushing = undefined;
          if (error === undefined) this.#end();
          else this.#fail(error, { isStarted: true });
        },
      });
    } catch (error) {
      this.#fail(error, { isStarted: true });
    }
  }

  async #iterate(source: unknown): Promise<void> {
    const { outbound, errors } = this.#connection;
    const { info } = this.#request;
    try {
      await iterate(
        source,
        {
          get isWritable() {
            return outbound.isWritable;
          },
          whenWritable: (callback) => outbound.whenWritable(callback),
          onValue: (value) => this.#respond(toResult(value)),
          onLateError: (error) => errors.report(error, info),
        },
        this.#abort,
      );
      this.#end();
    } catch (error) {
      this.#fail(error, { isStarted: true });
    }
  }

  /** As tRPC does it: a stream that breaks is told the error and that it stopped, one that never began only the error. */
  #fail(cause: unknown, { isStarted }: { isStarted: boolean }): void {
    const { head, info } = this.#request;
    this.#connection.respondWithError(head, cause, info);
    if (isStarted) this.#end();
    else this.#release();
  }

  #end(): void {
    this.#release();
    this.#respond({ type: 'stopped' });
  }

  #respond(result: ReturnType<typeof toResult> | { type: 'started' | 'stopped' }): void {
    this.#connection.respond({ ...this.#request.head, result });
  }
}

function isAbortError(cause: unknown): boolean {
  const inner = cause instanceof TRPCError && cause.code === 'INTERNAL_SERVER_ERROR' ? cause.cause : cause;
  return inner instanceof Error && inner.name === 'AbortError';
}
