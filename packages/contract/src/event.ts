import { z } from 'zod';
import { messageSchema } from './message.ts';
import { roomSlugSchema } from './room.ts';
import { userIdSchema, userSchema } from './user.ts';

/** The durable event types of a room's log that carry a message. */
export const messageEventTypes = ['message-received', 'message-edited', 'message-deleted'] as const;

/** One of {@link messageEventTypes}. */
export type MessageEventType = (typeof messageEventTypes)[number];

const position = z.string();

// One schema a type, not one for several: only then does TypeScript narrow an event by what its type is not.
function messageEvent<Type extends MessageEventType>(type: Type) {
  return z.object({
    type: z.literal(type),
    position,
    /** The whole message in its state when the event was read, not when it was written (R8). */
    message: messageSchema,
  });
}

function memberEvent<Type extends 'member-banned' | 'member-unbanned'>(type: Type) {
  return z.object({ type: z.literal(type), position, userId: userIdSchema });
}

/** An event of a room's log. Clients skip types that they do not know and take their position (R1). */
export const logEventSchema = z.discriminatedUnion('type', [
  messageEvent('message-received'),
  messageEvent('message-edited'),
  messageEvent('message-deleted'),
  memberEvent('member-banned'),
  memberEvent('member-unbanned'),
]);

/** A durable event of a room: a message that came, changed or went, or a member who was banned or let back in. */
export type LogEvent = z.infer<typeof logEventSchema>;

/** The events of a log that carry a message. */
export type MessageEvent = Extract<LogEvent, { type: MessageEventType }>;

/** What `chat.message` yields: the log, `ready` at the start of a stream (R7), `reset` where it cannot go on (R6). */
export type MessageStreamEvent = LogEvent | { type: 'ready'; position: string } | { type: 'reset'; position: string };

/** Somebody began or stopped to type (P4). It is a hint: nothing is lost with it, and it expires after 6 s. */
export const typingEventSchema = z.object({
  type: z.literal('user-typing'),
  room: roomSlugSchema,
  user: userSchema,
  isTyping: z.boolean(),
});

/** As {@link typingEventSchema} has it. */
export type TypingEvent = z.infer<typeof typingEventSchema>;

/** Which of two presence events is newer: compared by `n` within one `source`, a node's start (P3). */
export const presenceVersionSchema = z.object({ source: z.string(), n: z.int() });

/** As {@link presenceVersionSchema} has it. */
export type PresenceVersion = z.infer<typeof presenceVersionSchema>;

function comingOrGoing<Type extends 'user-joined' | 'user-left'>(type: Type) {
  return z.object({ type: z.literal(type), user: userSchema, count: z.int(), version: presenceVersionSchema });
}

/**
 * Who is in a room: all of it in `presence-state`, which always counts, or one change to it, which counts unless
 * its `version` is older or of another source (P3).
 */
export const presenceEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('presence-state'),
    count: z.int(),
    /** Everyone, or a sample where more than 200 people are present (P3). */
    users: z.array(userSchema),
    version: presenceVersionSchema,
  }),
  comingOrGoing('user-joined'),
  comingOrGoing('user-left'),
]);

/** As {@link presenceEventSchema} has it. */
export type PresenceEvent = z.infer<typeof presenceEventSchema>;

/** What `chat.hints` yields: typing and presence in one stream. */
export type HintEvent = TypingEvent | PresenceEvent;
