import { z } from 'zod';
import { messageSchema } from './message.ts';
import { roomSlugSchema } from './room.ts';
import { userIdSchema, userSchema } from './user.ts';

/** The durable event types of a room's log that carry a message. */
export const messageEventTypes = ['message-received', 'message-edited', 'message-deleted'] as const;
export type MessageEventType = (typeof messageEventTypes)[number];

const position = z.string();

const messageEventSchema = z.object({
  type: z.enum(messageEventTypes),
  position,
  /** The whole message in its state when the event was read, not when it was written (R8). */
  message: messageSchema,
});
const memberEventSchema = z.object({
  type: z.enum(['member-banned', 'member-unbanned']),
  position,
  userId: userIdSchema,
});

/** An event of a room's log. Clients skip types that they do not know and take their position (R1). */
export const logEventSchema = z.discriminatedUnion('type', [messageEventSchema, memberEventSchema]);
export type LogEvent = z.infer<typeof logEventSchema>;
export type MessageEvent = z.infer<typeof messageEventSchema>;

/** What `chat.message` yields: the log, `ready` at the start of a stream (R7), `reset` where it cannot go on (R6). */
export type MessageStreamEvent = LogEvent | { type: 'ready' | 'reset'; position: string };

export const typingEventSchema = z.object({
  type: z.literal('user-typing'),
  room: roomSlugSchema,
  user: userSchema,
  isTyping: z.boolean(),
});
export type TypingEvent = z.infer<typeof typingEventSchema>;

/** Which of two presence events is newer: compared by `n` within one `source`, a node's start (P3). */
export const presenceVersionSchema = z.object({ source: z.string(), n: z.int() });
export type PresenceVersion = z.infer<typeof presenceVersionSchema>;

export const presenceEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('presence-state'),
    count: z.int(),
    /** Everyone, or a sample where more than 200 people are present (P3). */
    users: z.array(userSchema),
    version: presenceVersionSchema,
  }),
  z.object({
    type: z.enum(['user-joined', 'user-left']),
    user: userSchema,
    count: z.int(),
    version: presenceVersionSchema,
  }),
]);
export type PresenceEvent = z.infer<typeof presenceEventSchema>;
export type HintEvent = TypingEvent | PresenceEvent;
