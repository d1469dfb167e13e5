import type { FanoutSource } from '@folkmoot/ws';
import type { Clock } from '../clock.ts';
import { toTrpcError } from '../errors/map-error.ts';
import { iterateSubscription } from './iterate-subscription.ts';

/** Values for who is pushed to, in one go; who iterates takes one at a time. */
const pushedAtOnce = 200;
/** A client that hears nothing makes a new stream after 20 s; the old one is over 10 s later (A3). */
const silenceMs = 30_000;

type Values<Value> = readonly Value[] | undefined;

/** One reader's place in a stream. */
export type LiveSubscription<Value> = {
  /** At most `limit` values; none where it has to wait to be woken; undefined at the end. */
  next(limit: number): Values<Value> | Promise<Values<Value>>;
  close(): void;
};

export type LiveSourceOptions<Value> = {
  /** Lets the reader in; undefined when the signal aborted first. */
  open: (wake: () => void) => Promise<LiveSubscription<Value> | undefined>;
  /** When the caller's credential expires. */
  expiresAt: Date | undefined;
  clock: Clock;
  signal: AbortSignal;
};

/**
 * A stream that our WebSocket adapter pushes and that any other transport iterates. What it throws is a tRPC error: no
 * middleware sees a stream that has begun (S7).
 *
 * From the moment its credential expires it is silent, and over 30 s later (A3): a stock client takes the end of a
 * stream for its completion and would never ask again, but makes a silent one anew, with a fresh token and from its
 * place. A WebSocket is closed by its server before that.
 */
export function createLiveSource<Value>(options: LiveSourceOptions<Value>): FanoutSource<Value> {
  return {
    subscribeFanout(wake) {
      const reader = new LiveReader(options, wake);
      return { next: () => reader.next(pushedAtOnce), close: () => reader.close() };
    },
    [Symbol.asyncIterator]: () =>
      iterateSubscription({ open: (wake) => new LiveReader(options, wake), signal: options.signal }),
  };
}

class LiveReader<Value> implements LiveSubscription<Value> {
  readonly #options: LiveSourceOptions<Value>;
  readonly #wake: () => void;
  #subscription: LiveSubscription<Value> | undefined;
  #cancelExpiry: (() => void) | undefined;
  #state: 'live' | 'silent' | 'over' = 'live';

  constructor(options: LiveSourceOptions<Value>, wake: () => void) {
    this.#options = options;
    this.#wake = wake;
  }

  next(limit: number): Values<Value> | Promise<Values<Value>> {
    if (this.#state === 'over' || this.#options.signal.aborted) return undefined;
    if (this.#state === 'silent') return [];
    if (!this.#subscription) return this.#open();
    try {
      const next = this.#subscription.next(limit);
      return next instanceof Promise ? this.#unlessSilent(next) : next;
    } catch (error) {
      throw toTrpcError(error);
    }
  }

  close(): void {
    this.#state = 'over';
    this.#cancelExpiry?.();
    this.#subscription?.close();
  }

  async #open(): Promise<Values<Value>> {
    try {
      const subscription = await this.#options.open(this.#wake);
      if (this.#state === 'over') subscription?.close();
      if (!subscription || this.#state === 'over') return undefined;
      this.#subscription = subscription;
    } catch (error) {
      throw toTrpcError(error);
    }
    const { clock, expiresAt } = this.#options;
    if (expiresAt) {
      this.#cancelExpiry = clock.after(Math.max(0, expiresAt.getTime() - clock.now()), () => this.#fallSilent());
    }
    this.#wake();
    return [];
  }

  async #unlessSilent(next: Promise<Values<Value>>): Promise<Values<Value>> {
    try {
      const values = await next;
      return this.#state === 'live' ? values : [];
    } catch (error) {
      throw toTrpcError(error);
    }
  }

  #fallSilent(): void {
    this.#state = 'silent';
    this.#cancelExpiry = this.#options.clock.after(silenceMs, () => {
      this.#state = 'over';
      this.#wake();
    });
  }
}
