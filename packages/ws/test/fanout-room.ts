import { tracked, type TrackedEnvelope } from '@trpc/server';
import type { FanoutBatch, FanoutSource } from '../src/index.ts';

type Entry = TrackedEnvelope<{ n: number; text: string }>;

export type RoomOptions = {
  /** The most recent entries, which are at hand; older ones have to be fetched. */
  ringSize?: number;
  maxBatch?: number;
  /** Of the entry with a number. */
  textOf?: (n: number) => string;
};

/** A log with a source for any place in it, which counts who is there. */
export class FanoutRoom {
  readonly #entries: Entry[] = [];
  readonly #wakes = new Set<() => void>();
  readonly #batches = new Map<number, FanoutBatch<Entry>>();
  readonly #options: Required<RoomOptions>;
  #end: { error?: Error } | undefined;
  closes = 0;
  opens = 0;

  constructor({ ringSize = Infinity, maxBatch = Infinity, textOf = (n) => `entry ${n}` }: RoomOptions = {}) {
    this.#options = { ringSize, maxBatch, textOf };
  }

  get head(): number {
    return this.#entries.length;
  }

  get subscriberCount(): number {
    return this.#wakes.size;
  }

  append(count = 1): void {
    for (let added = 0; added < count; added++) {
      const n = this.head + 1;
      this.#entries.push(tracked(String(n), { n, text: this.#options.textOf(n) }));
    }
    this.#batches.clear();
    this.#wakeAll();
  }

  /** After what is there, every stream ends, with an error or without. */
  end(error?: Error): void {
    this.#end = error ? { error } : {};
    this.#wakeAll();
  }

  /** What follows the entry with the number `after`. The signal ends an iteration that waits. */
  source(after: number, signal?: AbortSignal): FanoutSource<Entry> {
    return {
      subscribeFanout: (wake) => this.#subscribe(after, wake),
      [Symbol.asyncIterator]: () => this.#iterate(after, signal),
    };
  }

  #subscribe(after: number, wake: () => void): ReturnType<FanoutSource<Entry>['subscribeFanout']> {
    let place = after;
    this.opens++;
    this.#wakes.add(wake);
    return {
      next: () => {
        if (place >= this.head) {
          if (this.#end?.error) throw this.#end.error;
          return this.#end ? undefined : [];
        }
        const from = place;
        const batch = this.#batch(from);
        place += batch.length;
        if (place < this.head || this.#end) wake();
        if (this.head - from <= this.#options.ringSize) return batch;
        return new Promise((resolve) => setImmediate(resolve, batch));
      },
      close: () => {
        this.closes++;
        this.#wakes.delete(wake);
      },
    };
  }

  #batch(place: number): FanoutBatch<Entry> {
    const batch = this.#batches.get(place) ?? this.#entries.slice(place, place + this.#options.maxBatch);
    this.#batches.set(place, batch);
    return batch;
  }

  async *#iterate(after: number, signal: AbortSignal | undefined): AsyncGenerator<Entry> {
    let wake = () => {};
    const onWake = () => wake();
    this.#wakes.add(onWake);
    signal?.addEventListener('abort', onWake);
    try {
      for (let place = after; !signal?.aborted;) {
        const entry = this.#entries[place];
        if (entry) {
          place++;
          yield entry;
        } else if (this.#end) {
          if (this.#end.error) throw this.#end.error;
          return;
        } else {
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
    } finally {
      this.#wakes.delete(onWake);
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wakes) wake();
  }
}

/** The frame that the entry with a number becomes under an id. */
export function entryFrame(head: { id: number | string; jsonrpc?: '2.0' }, n: number, text = `entry ${n}`): string {
  const { id, jsonrpc } = head;
  return JSON.stringify({
    id,
    jsonrpc,
    result: { type: 'data', data: { id: String(n), data: { n, text } }, id: String(n) },
  });
}
