import { type MessageStreamEvent, parsePosition, type Position, printPosition } from '@folkmoot/contract';
import { tracked, type TrackedEnvelope } from '@trpc/server';
import { type Clock, waitFor } from '../clock.ts';
import { isDatabaseTrouble } from '../errors/map-error.ts';
import { isReachable, type NumberedEvent } from './log-event.ts';
import type { LogPage, LogStore } from './log-store.ts';
import type { RoomFeed } from './room-feed.ts';

const catchUpPageSize = 200;
const retryDelayMs = 500;

export type RoomStreamOptions = {
  feed: RoomFeed;
  store: Pick<LogStore, 'findPage'>;
  clock: Clock;
  signal: AbortSignal;
  /** Where the subscriber was; none for a new one, which gets `ready` first (R7). */
  lastEventId: string | null | undefined;
};

/**
 * The events of a room after a position, each once and in order, for as long as the signal lets it.
 *
 * The stream is a position that moves (R9). Where the feed's ring holds the event after it, it is taken from there, in
 * the state that it has at that moment (R8); else a page is read from the log; when there is none, the stream waits for
 * the feed to change. Catching up and being live are the same loop, so nothing can fall between them (R4). A database
 * that is away makes the stream wait, never end (T4).
 */
export async function* streamRoom(
  options: RoomStreamOptions,
): AsyncGenerator<TrackedEnvelope<MessageStreamEvent>, void, unknown> {
  const { feed, signal, clock } = options;
  const leave = feed.subscribe();
  try {
    const start = await findStart(options);
    if (!start) return;
    let { seq, generation } = start;
    if (start.notice) yield notify(start.notice, { epoch: start.epoch, seq });

    while (!signal.aborted && !feed.isClosed) {
      const place = feed.place;
      if (place && (feed.generation !== generation || !isReachable(place, seq))) {
        ({ generation } = feed);
        seq = place.head;
        yield notify('reset', { epoch: place.epoch, seq });
        continue;
      }
      if (!place || place.head <= seq) {
        await feed.changed(signal);
        continue;
      }
      const next = feed.next(seq);
      if (next) {
        ({ seq } = next);
        if (next.event) yield tracked(next.event.position, next.event);
        continue;
      }
      const page = await readPage(options, seq);
      if (feed.generation !== generation) continue;
      // The database is away, or shows less than it did: give it time.
      if (page?.events[0]?.seq !== seq + 1) await waitFor(clock, retryDelayMs, signal);
      for (const numbered of page?.events ?? []) {
        const shown = page && inPresentState(feed, numbered, page);
        // The reader took so long that the feed cannot tell what was deleted meanwhile: read on from here again.
        if (!shown || shown.seq !== seq + 1 || feed.generation !== generation) break;
        ({ seq } = shown);
        if (shown.event) yield tracked(shown.event.position, shown.event);
      }
    }
  } finally {
    leave();
  }
}

type Start = { epoch: string; seq: number; generation: number; notice: 'ready' | 'reset' | undefined };

/** Where a new stream begins: at its position if the log still reaches from there, else at the head (R6, R7). */
async function findStart({ feed, clock, signal, lastEventId }: RoomStreamOptions): Promise<Start | undefined> {
  const asked = lastEventId == null ? undefined : parsePosition(lastEventId);

  for (let isFresh = false; !signal.aborted && !feed.isClosed;) {
    const { place, generation } = feed;
    if (place) {
      if (asked?.epoch === place.epoch && asked.seq <= place.head && isReachable(place, asked.seq)) {
        return { epoch: place.epoch, seq: asked.seq, generation, notice: undefined };
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

function notify(type: 'ready' | 'reset', place: Position): TrackedEnvelope<MessageStreamEvent> {
  const position = printPosition(place);
  return tracked(position, { type, position });
}

/** What follows `seq` in the log; undefined where the database is away. */
async function readPage({ feed, store }: RoomStreamOptions, seq: number): Promise<LogPage | undefined> {
  const before = feed.place;
  const page = await store.findPage(feed.room, seq, catchUpPageSize).catch((error: unknown) => {
    if (!isDatabaseTrouble(error)) throw error;
    return undefined;
  });
  // A rewound log, or another one, is for the feed to find out and for all its subscribers to hear of.
  if (page) feed.observe(page, before);
  return page;
}

/** The event without a text that the node has seen deleted since the page was read (R8); undefined: it cannot tell. */
function inPresentState(feed: RoomFeed, numbered: NumberedEvent, page: LogPage): NumberedEvent | undefined {
  const { seq, event } = numbered;
  if (!event || !('message' in event)) return numbered;
  const message = feed.hideDeletedSince([event.message], page)?.[0];
  return message && { seq, event: { ...event, message } };
}
