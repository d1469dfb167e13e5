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
  #isFull = false;
  /** Where each message is held, ascending, so that a delete touches no more than its own events. */
  readonly #seqsByMessage = new Map<string, number[]>();

  constructor(limits: RingLimits = defaultRingLimits) {
    this.#limits = limits;
  }

  /** The seq of the oldest event that is held; undefined when none is. */
  get firstSeq(): number | undefined {
    return this.#events[this.#start]?.seq;
  }

  /** Whether an event had to be left out: older ones find no room. */
  get isFull(): boolean {
    return this.#isFull;
  }

  clear(): void {
    this.#events = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#isFull = false;
    this.#seqsByMessage.clear();
  }

  /** The caller keeps events contiguous: each seq is one above the last. */
  push(added: NumberedEvent): void {
    if (added.event?.type === 'message-deleted') this.#rewrite(added.event.message);
    this.#events.push(added);
    this.#bytes += roughBytes(added);
    this.#seqsOf(added)?.push(added.seq);
    while (this.#size > 1 && this.#isOverLimit()) this.#dropOldest();
    if (this.#start > this.#limits.maxEvents) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }

  /**
   * Puts events of the log before those that are held, the newest first, as many as the limits allow. They have to end
   * right before those, and to be read when no event had fallen out that came after: what was deleted since is found
   * here (R8).
   */
  prepend(older: readonly NumberedEvent[]): void {
    const fitting: NumberedEvent[] = [];
    for (const numbered of older.toReversed()) {
      const added = this.#inPresentState(numbered);
      const bytes = roughBytes(added);
      this.#isFull =
        this.#size + fitting.length >= this.#limits.maxEvents || this.#bytes + bytes > this.#limits.maxBytes;
      if (this.#isFull) break;
      this.#bytes += bytes;
      this.#seqsOf(added)?.unshift(added.seq);
      fitting.push(added);
    }
    this.#events = [...fitting.toReversed(), ...this.#events.slice(this.#start)];
    this.#start = 0;
  }

  /** Whether it reaches back to what follows `seq`. */
  holdsAfter(seq: number): boolean {
    const first = this.firstSeq;
    return first !== undefined && seq >= first - 1;
  }

  /** At most `limit` events after `seq`; undefined where the ring does not reach back that far. */
  after(seq: number, limit = Number.POSITIVE_INFINITY): NumberedEvent[] | undefined {
    const first = this.firstSeq;
    if (first === undefined || seq < first - 1) return undefined;
    const from = this.#start + seq + 1 - first;
    return this.#events.slice(from, from + limit);
  }

  /** The message without its text where the ring holds its delete. */
  findDeleted(messageId: string): Message | undefined {
    const first = this.firstSeq;
    const seqs = this.#seqsByMessage.get(messageId);
    if (first === undefined || !seqs) return undefined;
    for (const seq of seqs) {
      const event = this.#events[this.#start + seq - first]?.event;
      if (event?.type === 'message-deleted') return event.message;
    }
    return undefined;
  }

  #inPresentState(numbered: NumberedEvent): NumberedEvent {
    const { seq, event } = numbered;
    const deleted = event && 'message' in event ? this.findDeleted(event.message.id) : undefined;
    return deleted && event && 'message' in event ? { seq, event: { ...event, message: deleted } } : numbered;
  }

  /** The list that an event belongs in; undefined where it is about no message. */
  #seqsOf({ event }: NumberedEvent): number[] | undefined {
    if (!event || !('message' in event)) return undefined;
    const { id } = event.message;
    const seqs = this.#seqsByMessage.get(id) ?? [];
    this.#seqsByMessage.set(id, seqs);
    return seqs;
  }

  #dropOldest(): void {
    const oldest = this.#events[this.#start++];
    this.#isFull = true;
    if (!oldest) return;
    this.#bytes -= roughBytes(oldest);
    const seqs = this.#seqsOf(oldest);
    seqs?.shift();
    if (seqs?.length === 0 && oldest.event && 'message' in oldest.event) {
      this.#seqsByMessage.delete(oldest.event.message.id);
    }
  }

  get #size(): number {
    return this.#events.length - this.#start;
  }

  #isOverLimit(): boolean {
    return this.#size > this.#limits.maxEvents || this.#bytes > this.#limits.maxBytes;
  }

  #rewrite(deleted: Message): void {
    const first = this.firstSeq;
    if (first === undefined) return;
    for (const seq of this.#seqsByMessage.get(deleted.id) ?? []) {
      const index = this.#start + seq - first;
      const held = this.#events[index];
      if (!held?.event || !('message' in held.event)) continue;
      this.#bytes -= roughBytes(held);
      const rewritten = { seq, event: { ...held.event, message: deleted } };
      this.#bytes += roughBytes(rewritten);
      this.#events[index] = rewritten;
    }
  }
}
