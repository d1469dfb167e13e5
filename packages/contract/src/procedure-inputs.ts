import { z } from 'zod';
import { defaultRoom } from './default-room.ts';
import { limits } from './limits.ts';
import { isCleanText } from './message-text.ts';
import { roomSlugSchema } from './room.ts';
import { userIdSchema } from './user.ts';

/*
 * What each procedure takes. `null` counts as absent everywhere, because TanStack's infinite queries send
 * `cursor: null`; every input is one object, because an input that is a union loses `infiniteQueryOptions`.
 */

const room = roomSlugSchema.nullish().transform((slug) => slug ?? defaultRoom);
const limit = z
  .int()
  .min(1)
  .max(limits.maxPageSize)
  .nullish()
  .transform((size) => size ?? limits.defaultPageSize);
const cursor = z.string().max(limits.positionLength).nullish();
const position = z.string().max(limits.positionLength, `A position has at most ${limits.positionLength} characters.`);

/** Room-wide procedures may be called without any input at all. */
export const roomInputSchema = z
  .object({ room })
  .nullish()
  .transform((input) => input ?? { room: defaultRoom });

/** `auth.guest`: the name of somebody without an account. */
export const guestInputSchema = z.object({
  /** The name to be known by; cleaned and cut to 40 code points (A9). */
  name: z.string().max(1000),
});

/**
 * `chat.history`: the newest page, or that of a cursor, of a number (1 is the newest), or around a message; at
 * most one of the three. `direction` is what TanStack's infinite queries send, and ignored.
 */
export const historyInputSchema = z
  .object({
    room,
    limit,
    cursor,
    direction: z.enum(['forward', 'backward']).nullish(),
    page: z.int().min(1).nullish(),
    /** The id of a message to show the neighbourhood of. */
    around: z.uuid().toLowerCase().nullish(),
  })
  .refine((input) => [input.cursor, input.page, input.around].filter((place) => place != null).length <= 1, {
    error: 'Give at most one of cursor, page and around.',
  })
  .refine((input) => input.page == null || input.page * input.limit <= limits.maxNumberedMessages, {
    error: `Numbered pages end at ${limits.maxNumberedMessages} messages; go on with a cursor.`,
    path: ['page'],
  })
  // Not nullish: an input that may be null is a union and loses `infiniteQueryOptions`.
  .optional()
  .transform((input) => input ?? { room: defaultRoom, limit: limits.defaultPageSize });

/** `chat.recent`: the newest `limit` messages, 50 by default and 100 at most. */
export const recentInputSchema = z
  .object({ room, limit })
  .nullish()
  .transform((input) => input ?? { room: defaultRoom, limit: limits.defaultPageSize });

/** `chat.events`: up to `limit` events after the position `after` (R5). */
export const eventsInputSchema = z.object({ room, after: position, limit });

/** `chat.userMessages`: one person's messages in a room; `cursor` leads to older ones. */
export const userMessagesInputSchema = z.object({ userId: userIdSchema.toLowerCase(), room, limit, cursor });

/** `chat.stats`: how many days back, today included: 1 to 365, 30 by default. */
export const statsInputSchema = z
  .object({
    room,
    days: z
      .int()
      .min(1)
      .max(limits.maxStatsDays)
      .nullish()
      .transform((days) => days ?? limits.defaultStatsDays),
  })
  .nullish()
  .transform((input) => input ?? { room: defaultRoom, days: limits.defaultStatsDays });

// Length and characters of a text are S3's business, with error codes of their own.
const message = z.string();
const clientMessageId = z.uuid().toLowerCase().nullish();

/** `chat.send`. With a `clientMessageId`, a UUID of the sender's, it may be repeated and is there once (S2). */
export const sendInputSchema = z.object({ room, message, clientMessageId });

/** `chat.edit`: the new text of a message of one's own (S4). */
export const editInputSchema = z.object({ room, messageId: z.uuid().toLowerCase(), message });

/** `chat.delete`: a message of one's own, or anybody's for a moderator (S4). */
export const deleteInputSchema = z.object({ room, messageId: z.uuid().toLowerCase() });

/** `chat.setTyping`: whether the caller types now (P4). */
export const setTypingInputSchema = z.object({ room, isTyping: z.boolean() });

/** The last year with four digits: all that ISO 8601 and PostgreSQL spell alike. */
const lastDate = new Date('9999-12-31T23:59:59.999Z');

/** Without `until` a ban holds until it is lifted. The reason is for moderators alone. */
export const banInputSchema = z.object({
  room,
  userId: userIdSchema.toLowerCase(),
  until: z.date().min(new Date(0)).max(lastDate).nullish(),
  reason: z.string().max(limits.banReasonLength).refine(isCleanText, 'A reason holds no control characters.').nullish(),
});

/** `chat.unban`: lets somebody back into a room; nothing happens to whoever is not banned. */
export const unbanInputSchema = z.object({ room, userId: userIdSchema.toLowerCase() });

/**
 * `chat.message`: `lastEventId` is where the reader was, a position or the id of the last event, which tRPC sends
 * by itself when it reconnects (R5). Without it the stream begins at the end of the room (R7).
 */
export const messageStreamInputSchema = z
  .object({ room, lastEventId: position.nullish() })
  .nullish()
  .transform((input) => input ?? { room: defaultRoom, lastEventId: undefined });
