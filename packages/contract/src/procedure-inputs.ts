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

export const guestInputSchema = z.object({
  /** The name to be known by; cleaned and cut to 40 code points (A9). */
  name: z.string().max(1000),
});

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

export const recentInputSchema = z
  .object({ room, limit })
  .nullish()
  .transform((input) => input ?? { room: defaultRoom, limit: limits.defaultPageSize });

export const eventsInputSchema = z.object({ room, after: position, limit });

export const userMessagesInputSchema = z.object({ userId: userIdSchema.toLowerCase(), room, limit, cursor });

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

export const sendInputSchema = z.object({ room, message, clientMessageId });
export const editInputSchema = z.object({ room, messageId: z.uuid().toLowerCase(), message });
export const deleteInputSchema = z.object({ room, messageId: z.uuid().toLowerCase() });
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
export const unbanInputSchema = z.object({ room, userId: userIdSchema.toLowerCase() });

export const messageStreamInputSchema = z
  .object({ room, lastEventId: position.nullish() })
  .nullish()
  .transform((input) => input ?? { room: defaultRoom, lastEventId: undefined });
