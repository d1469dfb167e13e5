import { parsePosition, type Position, printPosition } from '@folkmoot/contract';
import { type Clock, waitFor } from '../clock.ts';
import { isDatabaseTrouble } from '../errors/map-error.ts';
import { cutBatch, isReachable, type NumberedEvent, type StreamValue, toValue } from './log-event.ts';
import type { LogPage, LogStore } from './log-store.ts';
import type { RoomFeed } from './room-feed.ts';

const maxPageSize = 200;
const retryDelayMs = 500;

export type RoomSubscriptionOptions = {
  feed: RoomFeed;
  store: Pick<LogStore, 'findPage'>;
  clock: Clock;
  /** Where the subscriber was; none for a new one, which gets `ready` first (R7). */
  lastEventId: string | null | undefined;
  /** Ends waiting for a database that is away; a subscription that is only closed lets it come to nothing. */
  signal: AbortSignal;
};

/**
 * One subscriber of a room: a position that moves (R9).
 *
 * Where the feed's ring holds the events after it they are taken from there, in the state that they have at that moment
 * (R8), as one array for everyone at the same position; else they are read from the log, a page at a time; where there
 * are none the subscriber is woken when the feed changes. Catching up and being live are the same step, so nothing can
 * fall between them (R4). A database that is away makes it wait, never end (T4).
 */
export class RoomSubscription {
  readonly #options: RoomSubscriptionOptions;
  readonly #wake: () => void;
  readonly #leave: () => void;
  #seq: number | undefined;
  #generation = 0;
  /** What is left of a page of the log. */
  #page: LogPage | undefined;
  #pageSize = maxPageSize;

  /** @param wake called when there may be something new, also from within `next` */
  constructor(options: RoomSubscriptionOptions, wake: () => void) {
    this.#options = options;
    this.#wake = wake;
    this.#leave = options.feed.subscribe(wake);
  }

  /**
   * What comes next: at most `limit` values, none where one has to wait to be woken, undefined at the end. The array
   * may be shared; nobody changes it.
   */
  next(limit: number): readonly StreamValue[] | undefined | Promise<readonly StreamValue[] | undefined> {
    const { feed, signal } = this.#options;
    while (!feed.isClosed && !signal.aborted) {
      if (this.#seq === undefined) return this.#begin();
      const { place, generation } = feed;
      if (!place) return [];
      if (generation !== this.#generation || !isReachable(place, this.#seq)) {
        this.#moveTo(place.head, generation);
        this.#wakeIfBehind();
        return [notify('reset', { epoch: place.epoch, seq: place.head })];
      }
      if (place.head <= this.#seq) return [];
      const batch = feed.batchAfter(this.#seq, limit);
      if (!batch) return this.#readOn(limit);
      this.#moveTo(batch.lastSeq, generation);
      if (batch.values.length === 0) continue;
      this.#wakeIfBehind();
      return batch.values;
    }
    return undefined;
  }

  close(): void {
    this.#leave();
    this.#page = undefined;
  }

  #moveTo(seq: number, generation: number): void {
    this.#seq = seq;
    this.#generation = generation;
    this.#page = undefined;
  }

  #wakeIfBehind(): void {
    const { place } = this.#options.feed;
    if (place && this.#seq !== undefined && place.head > this.#seq) this.#wake();
  }

  async #begin(): Promise<readonly StreamValue[] | undefined> {
    const start = await findStart(this.#options);
    if (!start) return undefined;
    this.#moveTo(start.seq, start.generation);
    this.#wakeIfBehind();
    return start.notice ? [notify(start.notice, start)] : [];
  }

  /** Up to `limit` events of the log, each in the state that the node knows of when it is handed on (R8). */
  async #readOn(limit: number): Promise<readonly StreamValue[] | undefined> {
    const { feed, clock, signal } = this.#options;
    const generation = this.#generation;
    const from = this.#seq ?? 0;
    const page = this.#page ?? (await this.#fetch(from));
    if (page === 'at hand') return this.next(limit);
    this.#page = undefined;
    // A page has no hole, so what follows is found by counting.
    const at = page?.events[0] ? from + 1 - page.events[0].seq : 0;
    const following = page?.events.slice(at, at + limit) ?? [];
    if (page && following[0]?.seq === from + 1 && feed.generation === generation)
      return this.#takeFrom(page, following);
    // The database is away, or shows less than it did: give it time. Another log is for `next` to tell of.
    if (feed.generation === generation) await waitFor(clock, retryDelayMs, signal);
    this.#wake();
    return [];
  }

  /** No more than goes out in one piece, as it may be kept for long (R9); the next is asked for by that measure. */
  async #fetch(seq: number): Promise<LogPage | 'at hand' | undefined> {
    const page = await fetchFollowing(this.#options, seq, this.#pageSize);
    if (!page || page === 'at hand') return page;
    const events = cutBatch(page.events);
    this.#pageSize = Math.min(maxPageSize, 2 * Math.max(1, events.length));
    return { ...page, events };
  }

  #takeFrom(page: LogPage, events: readonly NumberedEvent[]): readonly StreamValue[] {
    const { feed } = this.#options;
    const values: StreamValue[] = [];
    this.#page = page;
    for (const numbered of events) {
      const shown = inPresentState(feed, numbered, page);
      // The reader took so long that the feed cannot tell what was deleted meanwhile: read on from here again.
      if (!shown || shown.seq !== (this.#seq ?? 0) + 1) {
        this.#page = undefined;
        break;
      }
      this.#seq = shown.seq;
      if (shown.event) values.push(toValue(shown.event));
    }
    if (page.events.at(-1)?.seq === this.#seq) this.#page = undefined;
    this.#wakeIfBehind();
    return values;
  }
}

type Start = Position & { generation: number; notice: 'ready' | 'reset' | undefined };

/** Where a new stream begins: at its position if the log still reaches from there, else at the head (R6, R7). */
async function findStart({ feed, clock, signal, lastEventId }: RoomSubscriptionOptions): Promise<Start | undefined> {
  const asked = lastEventId == null ? undefined : parsePosition(lastEventId);

  for (let isFresh = false; !signal.aborted && !feed.isClosed;) {
    const { place, generation } = feed;
    if (place) {
      if (asked?.epoch === place.epoch && asked.seq <= place.head && isReachable(place, asked.seq)) {
        return { ...asked, generation, notice: undefined };
      }
      const notice = lastEventId == null ? 'ready' : 'reset';
      if (notice === 'ready' || isFresh) return { epoch: place.epoch, seq: place.head, generation, notice };
    }
    // A position that does not fit what this node knows may come from one that knows more: ask the database (R6).
    try {
      await feed.refresh(signal);
      isFresh = true;
    } catch (error) {
      if (!isDatabaseTrouble(error)) throw error;
      await waitFor(clock, retryDelayMs, signal);
    }
  }
  return undefined;
}

function notify(type: 'ready' | 'reset', { epoch, seq }: Position): StreamValue {
  return toValue({ type, position: printPosition({ epoch, seq }) });
}

/** At most `limit` events after `seq`, or all of them brought into the feed; undefined where the database is away. */
async function fetchFollowing(
  { feed, store }: RoomSubscriptionOptions,
  seq: number,
  limit: number,
): Promise<LogPage | 'at hand' | undefined> {
  try {
    await feed.reachBack(seq);
    if (feed.holdsAfter(seq)) return 'at hand';
    const before = feed.place;
    const page = await store.findPage(feed.room, seq, limit);
    // A rewound log, or another one, is for the feed to find out and for all its subscribers to hear of.
    if (page) feed.observe(page, before);
    return page;
  } catch (error) {
    if (!isDatabaseTrouble(error)) throw error;
    return undefined;
  }
}

/** The event without a text that the node has seen deleted since the page was read (R8); undefined: it cannot tell. */
function inPresentState(feed: RoomFeed, numbered: NumberedEvent, page: LogPage): NumberedEvent | undefined {
  const { seq, event } = numbered;
  if (!event || !('message' in event)) return numbered;
  const message = feed.hideDeletedSince([event.message], page)?.[0];
  return message && { seq, event: { ...event, message } };
}
