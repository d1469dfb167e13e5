import { limits, logEventSchema, printPosition, roomSlugSchema, type User, userSchema } from '@folkmoot/contract';
import superjson from 'superjson';
import { z } from 'zod';
import type { LogHead, NumberedEvent } from './log-event.ts';

/** A room's log has grown. The events are in the log; where they come along, they save reading it (R10). */
export type LogHint = Pick<LogHead, 'epoch' | 'head'> & {
  kind: 'log';
  room: string;
  /** The newest events, up to `head` and without a hole. */
  events?: readonly NumberedEvent[] | undefined;
};

/** Somebody has come to a room or gone from it: who is there is in the database (P2). `from` is the node's source. */
export type PresenceHint = { kind: 'presence'; room: string; from: string };

/** What nobody stores: whoever misses it misses a line that expires in seconds (P4). */
export type TypingHint = {
  kind: 'typing';
  room: string;
  from: string;
  user: User;
  isTyping: boolean;
  /** Whom a ban keeps from nothing (A4). Absent in hints of an older node. */
  isModerator?: boolean | undefined;
};

/** What nodes tell each other. */
export type BusHint = LogHint | PresenceHint | TypingHint;

const room = roomSlugSchema;
const from = z.string().max(64);
/** Zod counts code points. A name is shown as it comes, to everybody in the room. */
const displayName = z.string().max(limits.displayNameCodePoints);
const typer = userSchema.extend({ username: displayName, name: displayName });

const numberedEventSchema = z
  .object({ seq: z.int(), event: logEventSchema.optional() })
  .transform(({ seq, event }): NumberedEvent => ({ seq, event }));
const logHintSchema = z
  .object({
    kind: z.literal('log'),
    room,
    epoch: z.string(),
    head: z.int(),
    events: z.array(numberedEventSchema).optional(),
  })
  .refine(({ events = [], ...place }) => events.every((numbered) => isOfPlace(numbered, place)));
const busHintSchema = z.discriminatedUnion('kind', [
  logHintSchema,
  z.object({ kind: z.literal('presence'), room, from }),
  z.object({
    kind: z.literal('typing'),
    room,
    from,
    user: typer,
    isTyping: z.boolean(),
    isModerator: z.boolean().optional(),
  }),
]);

/** Events are taken as they come, without reading the log: what cannot be of it must not take a place in it. */
function isOfPlace(
  { seq, event }: NumberedEvent,
  { room: ofRoom, epoch, head }: Pick<LogHint, 'room' | 'epoch' | 'head'>,
): boolean {
  if (seq < 1 || seq > head) return false;
  if (event === undefined) return true;
  if (event.position !== printPosition({ epoch, seq })) return false;
  if (!('message' in event)) return true;
  const { message } = event;
  return message.room === ofRoom && message.seq <= seq && message.version >= seq;
}

/** The hint as text of at most `maxBytes`: without its events where they do not fit, which costs a read of the log. */
export function encodeHint(hint: BusHint, maxBytes: number): string {
  if (hint.kind !== 'log' || !hint.events) return superjson.stringify(hint);
  const text = superjson.stringify(hint);
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const { events: _events, ...rest } = hint;
  return superjson.stringify(rest);
}

/** Undefined for what this version does not understand: another one's, or nobody's. */
export function decodeHint(text: string): BusHint | undefined {
  try {
    return busHintSchema.safeParse(superjson.parse(text)).data;
  } catch {
    return undefined;
  }
}
