import { z } from 'zod';
import { logEventSchema } from './event.ts';
import { messageSchema } from './message.ts';
import { roomSlugSchema } from './room.ts';
import { roleSchema, userIdSchema, userSchema } from './user.ts';

/* What each procedure gives. Messages on a page are oldest first; tombstones are among them and in `total`. */

const position = z.string();
const cursor = z.string().nullable();

export const meSchema = userSchema.extend({ role: roleSchema });
export const guestSessionSchema = z.object({ token: z.string(), user: userSchema });

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
export const recentPageSchema = z.object({ messages: z.array(messageSchema), position });
export const eventsPageSchema = z.object({
  events: z.array(logEventSchema),
  /** Where to go on from; when it equals the room's head there is nothing more for now. */
  position,
  /** True when `after` cannot be continued from: read the history again (R6). */
  reset: z.boolean(),
});
export const userMessagesPageSchema = z.object({ messages: z.array(messageSchema), nextCursor: cursor });
export const statsSchema = z.object({
  totalMessages: z.int(),
  totalUsers: z.int(),
  /** The last `days` days in UTC, ascending, days without messages too, today last. */
  daily: z.array(z.object({ day: z.string(), messages: z.int(), users: z.int() })),
  /** Messages of those days by hour of the day in UTC; 24 numbers. */
  hourly: z.array(z.int()).length(24),
});
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
export const banListSchema = z.array(banSchema);
export const onlineSchema = z.object({ count: z.int(), users: z.array(userSchema) });

export type Me = z.infer<typeof meSchema>;
export type GuestSession = z.infer<typeof guestSessionSchema>;
export type HistoryPage = z.infer<typeof historyPageSchema>;
export type RecentPage = z.infer<typeof recentPageSchema>;
export type EventsPage = z.infer<typeof eventsPageSchema>;
export type UserMessagesPage = z.infer<typeof userMessagesPageSchema>;
export type ChatStats = z.infer<typeof statsSchema>;
export type RoomList = z.infer<typeof roomListSchema>;
export type Ban = z.infer<typeof banSchema>;
export type Online = z.infer<typeof onlineSchema>;
