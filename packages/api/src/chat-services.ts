import { randomUUID } from 'node:crypto';
import { type LogEvent, parsePosition } from '@folkmoot/contract';
import type { Database } from '@folkmoot/db';
import { type ChatLogger, silentLogger } from './chat-logger.ts';
import { type Clock, systemClock } from './clock.ts';
import { createHintChannels } from './hints/hint-channels.ts';
import { createLiveStreams, type LiveStreams } from './live/live-streams.ts';
import type { EventBus } from './log/event-bus.ts';
import { createLogStore } from './log/log-store.ts';
import { createLogWriter } from './log/log-writer.ts';
import { createMemoryEventBus } from './log/memory-event-bus.ts';
import { createRoomFeeds } from './log/room-feeds.ts';
import { createStuckWriteStore } from './log/stuck-write-store.ts';
import { createWriteBatch } from './log/write-batch-store.ts';
import { writePastStuck } from './log/write-past-stuck.ts';
import { createMessageLog } from './messages/message-log.ts';
import { createMessageReads, type MessageReads } from './messages/message-reads.ts';
import { createMessageStore } from './messages/message-store.ts';
import { createMessageWrites, type MessageWrites } from './messages/message-writes.ts';
import { createBanStore } from './moderation/ban-store.ts';
import { createModerationService, type ModerationService } from './moderation/moderation-service.ts';
import { createRoomBans, type RoomBans } from './moderation/room-bans.ts';
import { createPresenceRegistry } from './presence/presence-registry.ts';
import { createPresenceService, type PresenceService } from './presence/presence-service.ts';
import { createPresenceStore } from './presence/presence-store.ts';
import { createPresenceOfAllNodes } from './presence/presence-of-all-nodes.ts';
import { createRateLimiter, noRateLimiter, type RateLimiter } from './rate-limits/rate-limiter.ts';
import { createRoomService, type RoomService } from './rooms/room-service.ts';
import { createRoomStore } from './rooms/room-store.ts';
import { createStatsService, type StatsService } from './stats/stats-service.ts';
import { createStatsStore } from './stats/stats-store.ts';
import { createTypingRelay } from './typing/typing-relay.ts';
import { createTypingService, type TypingService } from './typing/typing-service.ts';
import { createUserService, type UserService } from './users/user-service.ts';
import { createUserStore } from './users/user-store.ts';

/** What the chat stands on. Only the database and the rooms are needed. */
export type ChatServicesOptions = {
  /** A migrated database (`migrateDatabase` of @folkmoot/db). */
  database: Database;
  /** Rooms that are to exist; made if they do not. */
  rooms: readonly string[];
  /**
   * How nodes wake each other. With one, presence and typing are those of all nodes on the database (P2); by default
   * this process is alone. Closed with the services.
   */
  bus?: EventBus;
  /** This node and its start, as the bus knows it; by default a new id. */
  source?: string;
  /**
   * Whether A6's limits hold; on by default, for this node. `createRedisRateLimiter` makes them hold across nodes; it is
   * closed with the services.
   */
  rateLimits?: boolean | RateLimiter;
  /** Whether `recent` and `stats` need no sign-in; on by default. */
  anonymousReads?: boolean;
  clock?: Clock;
  /** Makes UUIDs. */
  newId?: () => string;
  logger?: ChatLogger;
};

/** Everything that the procedures call. One object serves any number of routers and transports of a process. */
export type ChatServices = {
  reads: MessageReads;
  writes: MessageWrites;
  live: LiveStreams;
  rooms: RoomService;
  users: UserService;
  presence: PresenceService;
  typing: TypingService;
  bans: RoomBans;
  moderation: ModerationService;
  stats: StatsService;
  rateLimiter: RateLimiter;
  anonymousReads: boolean;
  clock: Clock;
  newId: () => string;
  /** Answers the writes under way, refuses new ones, and ends all streams (T5). */
  close(): Promise<void>;
};

/** Makes the rooms and wires the services. Throws what the database throws. */
export async function createChatServices(options: ChatServicesOptions): Promise<ChatServices> {
  const { database, clock = systemClock, logger = silentLogger, newId = randomUUID } = options;
  const bus = options.bus ?? createMemoryEventBus(logger);
  const logStore = createLogStore(database);
  const roomStore = createRoomStore(database);
  await roomStore.ensure(options.rooms);

  const banStore = createBanStore(database);
  const bans = createRoomBans({ store: banStore, clock });
  const source = options.source ?? newId();
  const presenceRegistry = createPresenceRegistry({
    source,
    clock,
    publish: (room, event) => hints.publish(room, event),
    shared:
      options.bus && createPresenceOfAllNodes({ store: createPresenceStore(database), bus, clock, logger, newId }),
  });
  const hints = createHintChannels(
    (room) => presenceRegistry.state(room),
    (room) =>
      bus.listen(room, (hint) => {
        if (hint.kind !== 'typing' || hint.from === source) return;
        const { user, isTyping, isModerator = false } = hint;
        // A node through which nobody follows the room knows of no ban, and may not ask a table (P4). This one does.
        if (isTyping && !isModerator && bans.isKnownBanned(room, user.id)) return;
        relay.hear(room, user, isTyping);
      }),
  );
  const relay = createTypingRelay({
    clock,
    publish: (room, event) => hints.publish(room, event),
    announce: (room, signal) => bus.publish({ kind: 'typing', room, from: source, ...signal }),
  });
  const onEvent = (room: string, event: LogEvent): void => {
    if (event.type === 'message-received') relay.arrived(room, event.message.userId);
    else bans.passed(room, event, parsePosition(event.position)?.seq ?? 0);
  };
  const feeds = createRoomFeeds({ store: logStore, bus, clock, logger, onEvent, onSkip: bans.skipped });
  const writer = createLogWriter({
    writeBatch: writePastStuck(createWriteBatch(database), { store: createStuckWriteStore(database), clock, logger }),
    feeds: {
      ...feeds,
      // A room whose messages nobody follows has no feed to pass them by, and those who watch its hints still see
      // typing end (P4). Where there is one, hearing of a message twice does no harm.
      commit(room, place, events) {
        feeds.commit(room, place, events);
        for (const { event } of events) if (event) onEvent(room, event);
      },
    },
    clock,
    logger,
  });

  const { rateLimits = true } = options;
  const ownLimiter = rateLimits === true ? createRateLimiter(clock) : noRateLimiter;
  const rateLimiter = typeof rateLimits === 'boolean' ? ownLimiter : rateLimits;
  const rooms = createRoomService({ store: roomStore, log: logStore, known: options.rooms });
  const users = createUserService(createUserStore(database));
  const log = createMessageLog({ store: logStore, feeds, clock });

  return {
    reads: createMessageReads(createMessageStore(database), feeds),
    writes: createMessageWrites({ writer, users, newMessageId: newId }),
    live: createLiveStreams({ log, hints, presence: presenceRegistry, rooms, bans, users, clock }),
    rooms,
    users,
    presence: createPresenceService({ registry: presenceRegistry, rooms }),
    typing: createTypingService({ relay, rooms, bans, users }),
    bans,
    moderation: createModerationService({ store: banStore, writer, rooms, users }),
    stats: createStatsService(createStatsStore(database)),
    rateLimiter,
    anonymousReads: options.anonymousReads ?? true,
    clock,
    newId,
    async close() {
      await writer.close();
      feeds.close();
      bans.close();
      relay.close();
      hints.close();
      await presenceRegistry.close();
      rateLimiter.close();
      await bus.close();
    },
  };
}
