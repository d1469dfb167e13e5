import type { LogEvent } from '@folkmoot/contract';
import type { ChatLogger } from '../chat-logger.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from './event-bus.ts';
import type { NumberedEvent } from './log-event.ts';
import type { LogStore } from './log-store.ts';
import { RoomFeed } from './room-feed.ts';

const pollIntervalMs = 1_000;

export type RoomFeedsOptions = {
  store: LogStore;
  bus: EventBus;
  clock: Clock;
  logger: ChatLogger;
  onEvent: (room: string, event: LogEvent) => void;
  /** A feed begins or goes on at a head, behind events that have not passed it. */
  onSkip?: (room: string) => void;
};

export type RoomFeeds = {
  /** The feed of a room that exists. */
  get(room: string): RoomFeed;
  /** The feed of a room if this node has had a use for it. */
  find(room: string): RoomFeed | undefined;
  /**
   * What a write of this node has committed, or found committed by an earlier try: feeds the node's own subscribers
   * without reading back, and tells the other nodes.
   */
  commit(room: string, place: { epoch: string; head: number }, events: NumberedEvent[]): void;
  /** Compares positions where someone listens: a write that failed may have happened all the same (R10). */
  check(room: string): void;
  close(): void;
};

/** The feeds of this node, the bus that wakes them, and the poll that makes up for what the bus may lose (R10). */
export function createRoomFeeds(options: RoomFeedsOptions): RoomFeeds {
  const { store, bus, clock, logger, onEvent, onSkip } = options;
  const feeds = new Map<string, { feed: RoomFeed; unlisten: () => void }>();
  let isClosed = false;
  let cancelPoll: () => void = () => undefined;

  /** A database that is away is reported by whoever needs it; here the next poll comes anyway. */
  const ignore = (): void => undefined;

  async function compare(room?: string): Promise<void> {
    const among = [...feeds.values()].map(({ feed }) => feed);
    const watched = among.filter((feed) => {
      return feed.place && feed.subscribers > 0 && (room === undefined || feed.room === room);
    });
    if (watched.length === 0) return;
    const before = new Map(watched.map((feed) => [feed.room, feed.place]));
    const heads = await store.listHeads([...before.keys()]);
    for (const feed of watched) {
      const head = heads.get(feed.room);
      if (head) feed.observe(head, before.get(feed.room));
    }
  }

  function pollAgain(): void {
    cancelPoll();
    if (isClosed) return;
    cancelPoll = clock.after(pollIntervalMs, () => {
      compare().catch(ignore).then(pollAgain, ignore);
    });
  }

  const leaveGap = bus.onGap(() => {
    compare().catch(ignore);
  });
  pollAgain();

  return {
    get(room) {
      const known = feeds.get(room);
      if (known) return known.feed;
      const feed = new RoomFeed({
        room,
        store,
        clock,
        logger,
        onEvent: (event) => onEvent(room, event),
        onSkip: () => onSkip?.(room),
      });
      const unlisten = bus.listen(room, (hint) => {
        if (hint.kind === 'log') feed.hear(hint, hint.events);
      });
      feeds.set(room, { feed, unlisten });
      return feed;
    },
    find: (room) => feeds.get(room)?.feed,
    commit(room, place, events) {
      feeds.get(room)?.feed.commit(place, events);
      bus.publish({ kind: 'log', room, ...place, events });
    },
    check(room) {
      compare(room).catch(ignore);
    },
    close() {
      isClosed = true;
      cancelPoll();
      leaveGap();
      for (const { feed, unlisten } of feeds.values()) {
        unlisten();
        feed.close();
      }
      feeds.clear();
    },
  };
}
