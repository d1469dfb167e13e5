import type { LogEvent, Message, Position } from '@folkmoot/contract';
import type { ChatLogger } from '../chat-logger.ts';
import { type Clock, waitFor } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { DomainError } from '../errors/domain-error.ts';
import { EventRing, type RingLimits } from './event-ring.ts';
import { type FeedBatch, FeedBatches } from './feed-batches.ts';
import { isReachable, type LogHead, type NumberedEvent } from './log-event.ts';
import type { LogStore } from './log-store.ts';
import { RingReach } from './ring-reach.ts';
import { shareReads } from './share-reads.ts';

const pageSize = 500;
const retryDelayMs = 500;

export type RoomFeedOptions = {
  room: string;
  store: Pick<LogStore, 'findPage'>;
  clock: Clock;
  logger: ChatLogger;
  ringLimits?: RingLimits;
  /** Called once for each event that becomes part of the feed, in order. */
  onEvent?: (event: LogEvent) => void;
  /** Called when it begins or goes on at a head, behind events that have not passed it. */
  onSkip?: () => void;
};

/**
 * What one node knows of one room's log: where its head is, and the newest events. Subscribers are positions that read
 * from here (R9); nothing is queued for them.
 *
 * The feed advances in two ways, the result of a write of this node and reading the log up to a head that it was told
 * of. Both only ever append the event that follows its head, so there is no hole and no double whatever order they come
 * in, and a lost hint is made good by the next one (R10). When the log turns out to be another one (other epoch) or to
 * have been rewound (lower head), the feed starts anew and its subscribers are told to (R6).
 */
export class RoomFeed {
  readonly room: string;
  /** Rises whenever the feed starts anew: each subscriber then owes a `reset`. */
  generation = 0;
  readonly #options: RoomFeedOptions;
  readonly #ring: EventRing;
  readonly #batches: FeedBatches;
  readonly #reach: RingReach;
  readonly #waiting = new Set<() => void>();
  /** Replaced with every change and never altered: whoever reads the log keeps the one that they began with. */
  #place: LogHead | undefined;
  /** The newest head that the feed has heard of and may not have reached yet, also before its first read. */
  #target: Position | undefined;
  /** How often it was told of a head: what was told while a read was under way is not in its answer. */
  #told = 0;
  #filling: Promise<void> | undefined;
  readonly #readForAll = shareReads(() => this.#read());
  readonly #subscribers = new Set<() => void>();
  #isClosed = false;

  constructor(options: RoomFeedOptions) {
    this.room = options.room;
    this.#options = options;
    this.#ring = new EventRing(options.ringLimits);
    this.#batches = new FeedBatches(this.#ring);
    this.#reach = new RingReach(this.#ring, this, async (seq, limit) => {
      return options.store.findPage(options.room, seq, limit);
    });
  }

  /** Undefined until the head has been read once. */
  get place(): LogHead | undefined {
    return this.#place;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /**
   * Calls `wake` at every change of the feed until the returned function is called. Rooms with a subscriber are polled
   * (R10).
   */
  subscribe(wake: () => void): () => void {
    // One entry a call, also where the same function subscribes twice.
    const subscriber = (): void => {
      wake();
    };
    this.#subscribers.add(subscriber);
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }

  /**
   * Reads the head from the database and catches up with it, or stops waiting when the signal aborts. Throws what the
   * database throws, and ROOM_NOT_FOUND. The read begins after the call, and is shared by all who wait for one then.
   */
  async refresh(signal: AbortSignal): Promise<void> {
    await this.#readForAll();
    if (!this.#place && !this.#isClosed) throw new DomainError('ROOM_NOT_FOUND');
    while (this.#filling && !signal.aborted && !this.#isClosed) await this.changed(signal);
  }

  /** The committed result of a write of this node, with all events of its batch. */
  commit(place: { epoch: string; head: number }, events: NumberedEvent[]): void {
    this.#told++;
    if (this.#place) this.#take({ ...place, firstSeq: this.#place.firstSeq }, undefined, events);
    else this.#aim(place);
  }

  /** A head that was read from the database. `before` is this feed's place when that reading began. */
  observe(place: LogHead, before: LogHead | undefined): void {
    this.#told++;
    if (this.#place) this.#take(place, before, []);
  }

  /**
   * A head that another node speaks of, and what it wrote last. Of the log that this feed knows, the events that follow
   * its own are taken as they come; everything else is believed only after reading the log (R10).
   */
  hear({ epoch, head }: { epoch: string; head: number }, events: readonly NumberedEvent[] = []): void {
    this.#told++;
    if (!this.#place || this.#place.epoch === epoch) {
      if (this.#place && !this.#isClosed) this.#append(events);
      this.#aim({ epoch, head });
      this.#catchUp();
    } else {
      // One reading for all such hints, however many another installation sends by the same bus. Who could not read now
      // compares again at the next poll.
      this.#readForAll().catch(() => undefined);
    }
  }

  /**
   * At most `limit` events after `seq` in their present state (R8), and not many more bytes than 64 KiB; undefined where
   * they have to be read from the log.
   * Everyone who asks for the same gets the same array of the same values, so that it is encoded once.
   */
  batchAfter(seq: number, limit: number): FeedBatch | undefined {
    return this.#batches.after(seq, limit);
  }

  /**
   * Reads the log backwards until the ring holds what follows `seq`, as far as the ring may grow for that: once for all
   * who ask, wherever each of them is. Throws what the database throws.
   */
  async reachBack(seq: number): Promise<void> {
    await this.#reach.reachBack(seq);
  }

  /** Whether nothing that follows `seq` has to be read from the log. */
  holdsAfter(seq: number): boolean {
    return this.#ring.holdsAfter(seq);
  }

  /**
   * Messages read at `readAt`, with those hidden that the feed has seen deleted since (R8). Undefined when the feed
   * cannot tell any more: read again.
   */
  hideDeletedSince(messages: readonly Message[], readAt: { epoch: string; head: number }): Message[] | undefined {
    if (this.#place?.epoch !== readAt.epoch || this.#place.head <= readAt.head) return [...messages];
    if (!this.holdsAfter(readAt.head)) return undefined;
    return messages.map((message) => this.#ring.findDeleted(message.id) ?? message);
  }

  /** Resolves at the next change of the feed, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.#isClosed) {
        resolve();
        return;
      }
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async #read(): Promise<void> {
    const before = this.#place;
    const page = await this.#options.store.findPage(this.room, before?.head ?? Number.MAX_SAFE_INTEGER, pageSize);
    if (page) this.#take(page, before, page.events);
  }

  #take(place: LogHead, before: LogHead | undefined, events: readonly NumberedEvent[]): void {
    if (this.#isClosed) return;
    this.#accept(place, before, events);
    this.#catchUp();
  }

  #accept(place: LogHead, before: LogHead | undefined, events: readonly NumberedEvent[]): void {
    const known = this.#place;
    if (!known) {
      this.#start(place);
      return;
    }
    // A head below the one that we had when its reader began to look: the log was rewound (R6).
    if (place.epoch !== known.epoch || (before?.epoch === known.epoch && place.head < before.head)) {
      this.generation++;
      this.#target = undefined;
      this.#start(place);
      return;
    }
    if (place.firstSeq > known.firstSeq) this.#place = { ...known, firstSeq: place.firstSeq };
    this.#append(events);
    // Nobody could follow a leap of that size: go on from the new head; the subscribers are reset (R6).
    if (isReachable(place, this.#place?.head ?? place.head)) this.#aim(place);
    else this.#start(place);
  }

  #start({ epoch, head, firstSeq }: LogHead): void {
    this.#place = { epoch, head, firstSeq };
    this.#ring.clear();
    this.#options.onSkip?.();
    this.#wake();
  }

  #append(events: readonly NumberedEvent[]): void {
    const before = this.#place;
    for (const numbered of events) {
      if (!this.#place || numbered.seq !== this.#place.head + 1) continue;
      this.#ring.push(numbered);
      this.#place = { ...this.#place, head: numbered.seq };
      if (numbered.event) this.#options.onEvent?.(numbered.event);
    }
    if (this.#place !== before) this.#wake();
  }

  #aim({ epoch, head }: { epoch: string; head: number }): void {
    if (this.#target?.epoch !== epoch || this.#target.seq < head) this.#target = { epoch, seq: head };
  }

  get #isBehind(): boolean {
    return (
      this.#place !== undefined && this.#place.epoch === this.#target?.epoch && this.#place.head < this.#target.seq
    );
  }

  #catchUp(): void {
    if (this.#isBehind && !this.#isClosed) this.#filling ??= this.#fill();
  }

  /** Reads the log up to the target, also while that moves on. Never throws, and never ends before its first read. */
  async #fill(): Promise<void> {
    while (this.#isBehind && !this.#isClosed) {
      const { clock, logger } = this.#options;
      const head = this.#place?.head;
      const told = this.#told;
      try {
        await this.#read();
        // The database shows less than was promised: whoever knows more will say so again.
        if (this.#place?.head === head && this.#told === told) this.#target = undefined;
      } catch (error) {
        logger.warn({ ...describeError(error), room: this.room }, 'cannot read the log of a room; trying again');
        await waitFor(clock, retryDelayMs);
      }
    }
    this.#filling = undefined;
    this.#wake();
  }

  #wake(): void {
    this.#batches.forget();
    if (this.#waiting.size > 0) for (const wake of [...this.#waiting]) wake();
    for (const wake of this.#subscribers) wake();
  }
}
