import { z } from 'zod';
import { logEventSchema } from './event.ts';
import { messageSchema } from './message.ts';
import { roomSlugSchema } from './room.ts';
import { roleSchema, userIdSchema, userSchema } from './user.ts';

/* What each procedure gives. Messages on a page are oldest first; tombstones are among them and in `total`. */

const position = z.string();
const cursor = z.string().nullable();

/** `auth.me`: the caller, with the role of the credential. */
export const meSchema = userSchema.extend({ role: roleSchema });

/** `auth.guest`: the guest, and the token that is theirs from now on. */
export const guestSessionSchema = z.object({ token: z.string(), user: userSchema });

/** `chat.history`: a page of a room, and the ways from it to both sides. */
export const historyPageSchema = z.object({
  messages: z.array(messageSchema),
  /** Leads to older messages; null at the start of the room. */
  nextCursor: cursor,
  /** Leads to newer messages; null at the end of the room. */
  previousCursor: cursor,
  /** The room's position in the same snapshot: subscribe with it and nothing is missed or doubled (R3). */
  position,
  /** All messages of the room, tombstones included; with `page` only. */
  total: z.int().optional(),
  pageCount: z.int().optional(),
});

/** `chat.recent`: the newest messages, and the position of the snapshot that they are from (R3). */
export const recentPageSchema = z.object({ messages: z.array(messageSchema), position });

/** `chat.events`: the next events of a log, for those who poll. */
export const eventsPageSchema = z.object({
  events: z.array(logEventSchema),
  /** Where to go on from; when it equals the room's head there is nothing more for now. */
  position,
  /** True when `after` cannot be continued from: read the history again (R6). */
  reset: z.boolean(),
});

/**
 * `chat.userMessages`: one person's messages, oldest first; `nextCursor` leads to older ones and is null at the
 * first.
 */
export const userMessagesPageSchema = z.object({ messages: z.array(messageSchema), nextCursor: cursor });

/** `chat.stats`: totals over the room's life, the rest over the last days. Deleted messages do not count. */
export const statsSchema = z.object({
  totalMessages: z.int(),
  totalUsers: z.int(),
  /** The last `days` days in UTC, ascending, days without messages too, today last. */
  daily: z.array(z.object({ day: z.string(), messages: z.int(), users: z.int() })),
  /** Messages of those days by hour of the day in UTC; 24 numbers. */
  hourly: z.array(z.int()).length(24),
});

/** `chat.rooms`: every room, and where its log ends. */
export const roomListSchema = z.array(z.object({ room: roomSlugSchema, position }));
/** Who may not be in a room, and why: for moderators. */
export const banSchema = z.object({
  userId: userIdSchema,
  /** Null: until it is lifted. */
  until: z.date().nullable(),
  reason: z.string().nullable(),
  /** The moderator's id. */
  by: userIdSchema,
  createdAt: z.date(),
  user: userSchema,
});

/** `chat.bans`: the bans of a room that hold now. */
export const banListSchema = z.array(banSchema);

/** `chat.online`: who is present (P1). In a full room `users` is a sample, and `count` tells how many there are. */
export const onlineSchema = z.object({ count: z.int(), users: z.array(userSchema) });

/** As {@link meSchema} has it. */
export type Me = z.infer<typeof meSchema>;

/** As {@link guestSessionSchema} has it. */
export type GuestSession = z.infer<typeof guestSessionSchema>;

/** As {@link historyPageSchema} has it. */
export type HistoryPage = z.infer<typeof historyPageSchema>;

/** As {@link recentPageSchema} has it. */
export type RecentPage = z.infer<typeof recentPageSchema>;

/** As {@link eventsPageSchema} has it. */
export type EventsPage = z.infer<typeof eventsPageSchema>;

/** As {@link userMessagesPageSchema} has it. */
export type UserMessagesPage = z.infer<typeof userMessagesPageSchema>;

/** As {@link statsSchema} has it. */
export type ChatStats = z.infer<typeof statsSchema>;

/** As {@link roomListSchema} has it. */
export type RoomList = z.infer<typeof roomListSchema>;

/** As {@link banSchema} has it. */
export type Ban = z.infer<typeof banSchema>;

/** As {@link onlineSchema} has it. */
export type Online = z.infer<typeof onlineSchema>;
