import type { Message } from '@folkmoot/contract';
import { type NumberedEvent, roughBytes } from './log-event.ts';

export type RingLimits = { maxEvents: number; maxBytes: number };
const defaultRingLimits: RingLimits = { maxEvents: 5_000, maxBytes: 8 * 1024 * 1024 };

/**
 * The newest events of one room, without a hole, bounded in number and bytes; what falls out is in the log. Whenever a
 * message is deleted every event that still holds it is rewritten, so its text is gone from here too (R8).
 */
export class EventRing {
  readonly #limits: RingLimits;
  #events: NumberedEvent[] = [];
  /** Events before this index have fallen out; cutting the array only now and then keeps that cheap. */
  #start = 0;
  #bytes = 0;

  constructor(limits: RingLimits = defaultRingLimits) {
    this.#limits = limits;
  }

  /** The seq of the oldest event that is held; undefined when none is. */
  get firstSeq(): number | undefined {
    return this.#events[this.#start]?.seq;
  }

  clear(): void {
    this.#events = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** The caller keeps events contiguous: each seq is one above the last. */
  push(added: NumberedEvent): void {
    if (added.event?.type === 'message-deleted') this.#rewrite(added.event.message);
    this.#events.push(added);
    this.#bytes += roughBytes(added);
    while (this.#events.length - this.#start > 1 && this.#isOverLimit()) {
      const oldest = this.#events[this.#start];
      if (oldest) this.#bytes -= roughBytes(oldest);
      this.#start++;
    }
    if (this.#start > this.#limits.maxEvents) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }

  /** At most `limit` events after `seq`; undefined where the ring does not reach back that far. */
  after(seq: number, limit = Number.POSITIVE_INFINITY): NumberedEvent[] | undefined {
    const first = this.firstSeq;
    if (first === undefined || seq < first - 1) return undefined;
    const from = this.#start + seq + 1 - first;
    return this.#events.slice(from, from + limit);
  }

  #isOverLimit(): boolean {
    return this.#events.length - this.#start > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes;
  }

  #rewrite(deleted: Message): void {
    for (let index = this.#start; index < this.#events.length; index++) {
      const held = this.#events[index];
      if (!held?.event || !('message' in held.event) || held.event.message.id !== deleted.id) continue;
      this.#bytes -= roughBytes(held);
      const rewritten = { seq: held.seq, event: { ...held.event, message: deleted } };
      this.#bytes += roughBytes(rewritten);
      this.#events[index] = rewritten;
    }
  }
}
