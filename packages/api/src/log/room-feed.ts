import { limits, type LogEvent, type Message, printPosition } from '@folkmoot/contract';
import type { ChatLogger } from '../chat-logger.ts';
import { type Clock, waitFor } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { EventRing, type RingLimits } from './event-ring.ts';
import type { LogHead, NumberedEvent } from './log-event.ts';
import type { LogStore } from './log-store.ts';

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
  readonly #waiting = new Set<() => void>();
  #place: LogHead | undefined;
  /** The head that the feed knows of and may not have reached yet. */
  #target = 0;
  #filling: Promise<void> | undefined;
  #subscribers = 0;
  #isClosed = false;

  constructor(options: RoomFeedOptions) {
    this.room = options.room;
    this.#options = options;
    this.#ring = new EventRing(options.ringLimits);
  }

  /** Undefined until the head has been read once. */
  get place(): LogHead | undefined {
    return this.#place;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get subscribers(): number {
    return this.#subscribers;
  }

  /** Counts a subscriber until the returned function is called: rooms that have one are polled (R10). */
  subscribe(): () => void {
    this.#subscribers++;
    let isOver = false;
    return () => {
      if (!isOver) this.#subscribers--;
      isOver = true;
    };
  }

  /** Reads the head from the database and catches up with it. Throws what the database throws. */
  async refresh(): Promise<void> {
    const before = this.#place;
    const page = await this.#options.store.findPage(this.room, before?.head ?? Number.MAX_SAFE_INTEGER, pageSize);
    if (!page || this.#isClosed) return;
    this.#take(page, before, page.events);
    await this.#filling;
  }

  /** The committed result of a write of this node, with all events of its batch. */
  commit(place: { epoch: string; head: number }, events: NumberedEvent[]): void {
    const known = this.#place;
    // Nothing has been read here yet: the first subscriber will find it all in the log.
    if (!known || this.#isClosed) return;
    this.#take({ ...place, firstSeq: known.firstSeq }, undefined, events);
  }

  /** A head that someone saw. `before` is this feed's place when they began to look, where they know it. */
  observe(place: LogHead, before?: LogHead): void {
    if (this.#place && !this.#isClosed) this.#take(place, before, []);
  }

  /** The event after `seq` in its present state; undefined where it has to be read from the log. */
  next(seq: number): NumberedEvent | undefined {
    return this.#ring.at(seq + 1);
  }

  /**
   * Messages read at `readAt`, with those hidden that the feed has seen deleted since (R8). Undefined when the feed
   * cannot tell any more: read again.
   */
  hideDeletedSince(messages: readonly Message[], readAt: { epoch: string; head: number }): Message[] | undefined {
    if (this.#place?.epoch !== readAt.epoch || this.#place.head <= readAt.head) return [...messages];
    const later = this.#ring.after(readAt.head);
    if (!later) return undefined;
    const deleted = new Map<string, Message>();
    for (const { event } of later) {
      if (event?.type === 'message-deleted') deleted.set(event.message.id, event.message);
    }
    return messages.map((message) => deleted.get(message.id) ?? message);
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

  #take(place: LogHead, before: LogHead | undefined, events: readonly NumberedEvent[]): void {
    this.#accept(place, before, events);
    if (this.#isBehind) this.#filling ??= this.#fill();
  }

  get #isBehind(): boolean {
    return this.#place !== undefined && this.#place.head < this.#target;
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
      this.#start(place);
      return;
    }
    known.firstSeq = Math.max(known.firstSeq, place.firstSeq);
    this.#append(events);
    this.#target = Math.max(this.#target, place.head);
  }

  #start(place: LogHead): void {
    this.#place = { epoch: place.epoch, head: place.head, firstSeq: place.firstSeq };
    this.#target = place.head;
    this.#ring.clear();
    this.#wake();
  }

  #append(events: readonly NumberedEvent[]): void {
    const known = this.#place;
    if (!known) return;
    const before = known.head;
    for (const numbered of events) {
      if (numbered.seq !== known.head + 1) continue;
      this.#ring.push(numbered);
      known.head = numbered.seq;
      if (numbered.event) this.#options.onEvent?.(numbered.event);
    }
    if (known.head > before) this.#wake();
  }

  /** Reads the log up to the target, also while that moves on. Never throws. */
  async #fill(): Promise<void> {
    while (this.#place && this.#isBehind && !this.#isClosed) {
      const before = { ...this.#place };
      // Nobody could follow a leap of that size: go on from the new head; who is further behind is reset (R6).
      if (this.#target - before.head > limits.maxCatchUpEvents) {
        this.#start({ ...before, head: this.#target });
        break;
      }
      try {
        const page = await this.#options.store.findPage(this.room, before.head, pageSize);
        if (!page) break;
        this.#accept(page, before, page.events);
        // The database shows less than was promised: whoever knows more will say so again.
        if (this.#place.head === before.head) this.#target = before.head;
      } catch (error) {
        this.#options.logger.warn({ ...describeError(error), room: this.room }, 'cannot read the log of a room; trying again');
        await waitFor(this.#options.clock, retryDelayMs);
      }
    }
    this.#filling = undefined;
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

/** The position at a feed's head. */
export function printPlace(place: { epoch: string; head: number }): string {
  return printPosition({ epoch: place.epoch, seq: place.head });
}
