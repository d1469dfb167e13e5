import type { EventRing } from './event-ring.ts';
import type { LogHead } from './log-event.ts';
import type { LogPage } from './log-store.ts';

const pageSize = 500;
/** How far the log is read back into the ring for those who return; who is further behind reads it by itself. */
const maxReachBack = 2_000;

/** The feed whose ring it is. */
type Owner = {
  readonly place: LogHead | undefined;
  readonly generation: number;
  readonly isClosed: boolean;
  observe(place: LogHead, before: LogHead | undefined): void;
};

/**
 * Reads the log backwards into a ring, once for all who need it there, wherever each of them is: when a thousand clients
 * return to a node that has just started, all but the first find their events at hand.
 */
export class RingReach {
  readonly #ring: EventRing;
  readonly #owner: Owner;
  readonly #readPage: (seq: number, limit: number) => Promise<LogPage | undefined>;
  /** The oldest place of those who wait. */
  #wantedSeq = Number.POSITIVE_INFINITY;
  #reaching: Promise<void> | undefined;

  constructor(ring: EventRing, owner: Owner, readPage: (seq: number, limit: number) => Promise<LogPage | undefined>) {
    this.#ring = ring;
    this.#owner = owner;
    this.#readPage = readPage;
  }

  /** Resolves when the ring holds what follows `seq`, or will not. Throws what the database throws. */
  async reachBack(seq: number): Promise<void> {
    const { place } = this.#owner;
    if (!place || place.head - seq > maxReachBack || this.#ring.isFull || this.#ring.holdsAfter(seq)) return;
    this.#wantedSeq = Math.min(this.#wantedSeq, seq);
    this.#reaching ??= this.#reach();
    await this.#reaching;
  }

  async #reach(): Promise<void> {
    try {
      while (await this.#readOnePage()) {
        // Until the ring holds what the last of those wanted who have come meanwhile.
      }
    } finally {
      this.#reaching = undefined;
      this.#wantedSeq = Number.POSITIVE_INFINITY;
    }
  }

  /** Whether it brought the ring further back. */
  async #readOnePage(): Promise<boolean> {
    const { place, generation } = this.#owner;
    if (!place || this.#owner.isClosed || this.#ring.isFull) return false;
    const end = this.#ring.firstSeq ?? place.head + 1;
    const from = Math.max(this.#wantedSeq, end - 1 - pageSize);
    if (from >= end - 1) return false;
    const page = await this.#readPage(from, end - 1 - from);
    if (!page) return false;
    this.#owner.observe(page, place);
    const isSameLog = generation === this.#owner.generation && page.epoch === place.epoch && page.head >= end - 1;
    if (!isSameLog || page.events.at(-1)?.seq !== end - 1 || this.#firstHeld() !== end) return false;
    this.#ring.prepend(page.events);
    return this.#firstHeld() < end;
  }

  #firstHeld(): number {
    return this.#ring.firstSeq ?? (this.#owner.place?.head ?? 0) + 1;
  }
}
