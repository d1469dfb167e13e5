import type { LogEvent } from '@folkmoot/contract';
import type { EventRing } from './event-ring.ts';
import { cutBatch, type StreamValue, toValue } from './log-event.ts';

/** Events that follow each other, and how far they reach. */
export type FeedBatch = { lastSeq: number; values: readonly StreamValue[] };

/** What the ring holds as subscribers get it: the same array of the same values for all who ask for the same. */
export class FeedBatches {
  readonly #ring: EventRing;
  readonly #values = new WeakMap<LogEvent, StreamValue>();
  /** Batches that were asked for since the ring changed last. */
  readonly #known = new Map<string, FeedBatch>();
  /** Most subscribers are at the same place and ask one after the other. */
  #last: { seq: number; limit: number; batch: FeedBatch } | undefined;

  constructor(ring: EventRing) {
    this.#ring = ring;
  }

  /** At most `limit` events after `seq`, and not many more bytes than 64 KiB; undefined where the ring does not hold them. */
  after(seq: number, limit: number): FeedBatch | undefined {
    if (this.#last?.seq === seq && this.#last.limit === limit) return this.#last.batch;
    const key = `${seq}:${limit}`;
    const batch = this.#known.get(key) ?? this.#make(seq, limit);
    if (!batch) return undefined;
    this.#known.set(key, batch);
    this.#last = { seq, limit, batch };
    return batch;
  }

  /** The ring has changed. */
  forget(): void {
    this.#known.clear();
    this.#last = undefined;
  }

  #make(seq: number, limit: number): FeedBatch | undefined {
    const events = cutBatch(this.#ring.after(seq, limit) ?? []);
    const last = events.at(-1);
    if (!last) return undefined;
    return { lastSeq: last.seq, values: events.flatMap(({ event }) => (event ? [this.#valueOf(event)] : [])) };
  }

  #valueOf(event: LogEvent): StreamValue {
    const known = this.#values.get(event);
    if (known) return known;
    const value = toValue(event);
    this.#values.set(event, value);
    return value;
  }
}
