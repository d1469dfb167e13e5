import { type EventsPage, type LogEvent, parsePosition, type Position, printPosition } from '@folkmoot/contract';
import { type Clock, waitFor } from '../clock.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { LiveSubscription } from '../live/live-source.ts';
import { isReachable, type StreamValue } from '../log/log-event.ts';
import type { LogPage, LogStore } from '../log/log-store.ts';
import type { RoomFeed } from '../log/room-feed.ts';
import type { RoomFeeds } from '../log/room-feeds.ts';
import { RoomSubscription } from '../log/room-subscription.ts';

const maxRereads = 3;
const retryDelayMs = 500;

export type MessageLogOptions = { store: LogStore; feeds: RoomFeeds; clock: Clock };

/** The room's log as clients follow it: streamed, or fetched in pages. */
export type MessageLog = {
  /** Events after a position (R4 to R7); the room has to exist. The signal ends waiting for the database. */
  subscribe(request: {
    room: string;
    lastEventId: string | null | undefined;
    signal: AbortSignal;
    wake: () => void;
  }): LiveSubscription<StreamValue>;
  /**
   * Keeps this node's feed of the room moving until the returned function is called, for those who do not follow the
   * messages and yet have to know of what ends typing and of bans.
   */
  keepUp(room: string, signal: AbortSignal): () => void;
  /** One page of events after a position, or `reset` where it cannot be gone on from (R6). Throws ROOM_NOT_FOUND. */
  events(request: { room: string; after: string; limit: number }): Promise<EventsPage>;
};

export function createMessageLog({ store, feeds, clock }: MessageLogOptions): MessageLog {
  return {
    subscribe: ({ room, lastEventId, signal, wake }) =>
      new RoomSubscription({ feed: feeds.get(room), store, clock, signal, lastEventId }, wake),

    keepUp(room, signal) {
      const feed = feeds.get(room);
      const leave = feed.subscribe(() => undefined);
      const begin = async (): Promise<void> => {
        while (!feed.place && !signal.aborted && !feed.isClosed) {
          await feed.refresh(signal).catch(() => waitFor(clock, retryDelayMs, signal));
        }
      };
      begin().catch(() => undefined);
      return leave;
    },

    async events({ room, after, limit }) {
      const asked = parsePosition(after);
      for (let reread = 0; reread < maxRereads; reread++) {
        const page = await store.findPage(room, asked?.seq ?? Number.MAX_SAFE_INTEGER, limit);
        if (!page) throw new DomainError('ROOM_NOT_FOUND');
        if (!asked || !isOf(page, asked)) {
          return { events: [], position: printPosition({ epoch: page.epoch, seq: page.head }), reset: true };
        }
        const events = hideDeleted(feeds.find(room), page);
        const position = printPosition({ epoch: page.epoch, seq: page.events.at(-1)?.seq ?? asked.seq });
        if (events) return { events, position, reset: false };
      }
      throw new DomainError('TOO_BUSY');
    },
  };
}

function isOf(page: LogPage, asked: Position): boolean {
  return asked.epoch === page.epoch && asked.seq <= page.head && isReachable(page, asked.seq);
}

/** The page's events without texts that this node has seen deleted since; undefined where it cannot tell (R8). */
function hideDeleted(feed: RoomFeed | undefined, page: LogPage): LogEvent[] | undefined {
  const events = page.events.flatMap(({ event }) => (event ? [event] : []));
  if (!feed) return events;
  const messages = events.flatMap((event) => ('message' in event ? [event.message] : []));
  const shown = feed.hideDeletedSince(messages, page);
  if (!shown) return undefined;
  const remaining = shown.values();
  return events.map((event) => {
    const message = 'message' in event ? remaining.next().value : undefined;
    return message && 'message' in event ? { ...event, message } : event;
  });
}
