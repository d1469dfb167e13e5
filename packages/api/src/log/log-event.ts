import { tracked, type TrackedEnvelope } from '@trpc/server';
import { limits, type LogEvent, type Message, type MessageStreamEvent, printPosition } from '@folkmoot/contract';

/**
 * One event of a room's log as it is kept on a node: its number, and what subscribers get. No event where a newer
 * version wrote a type that this one does not know: it only takes its place (R1).
 */
export type NumberedEvent = { seq: number; event: LogEvent | undefined };

/** The newest point of a room's log, and the oldest event that is still kept. */
export type LogHead = { epoch: string; head: number; firstSeq: number };

/** Whether the log still holds all that follows `seq`, and not more of it than anyone is made to catch up on (R6). */
export function isReachable({ firstSeq, head }: LogHead, seq: number): boolean {
  return seq >= firstSeq - 1 && head - seq <= limits.maxCatchUpEvents;
}

/** Of an event apart from its text. */
const eventOverheadBytes = 600;
/** Together with what a client may have unread it is what a reader can cost (R9). */
const maxBatchBytes = 64 * 1024;

/** About what an event takes in memory and on the wire. */
export function roughBytes({ event }: NumberedEvent): number {
  return eventOverheadBytes + (event && 'message' in event ? event.message.message.length * 2 : 0);
}

/** As many of the first events as go out in one piece: about 64 KiB, and one at least. */
export function cutBatch(events: readonly NumberedEvent[]): readonly NumberedEvent[] {
  let bytes = 0;
  const end = events.findIndex((event) => (bytes += roughBytes(event)) > maxBatchBytes);
  return end < 0 ? events : events.slice(0, Math.max(1, end));
}

const messageTypes = ['message-received', 'message-edited', 'message-deleted'] as const;
const memberTypes = ['member-banned', 'member-unbanned'] as const;

export function toLogEvent(
  place: { epoch: string; seq: number },
  type: string,
  about: { message?: Message | undefined; userId?: string | undefined },
): LogEvent | undefined {
  const position = printPosition(place);
  const messageType = messageTypes.find((known) => known === type);
  if (messageType && about.message) return { type: messageType, position, message: about.message };
  const memberType = memberTypes.find((known) => known === type);
  if (memberType && about.userId) return { type: memberType, position, userId: about.userId };
  return undefined;
}

/** What a stream yields. */
export type StreamValue = TrackedEnvelope<MessageStreamEvent>;

/** The id depends on the event alone (R7). */
export function toValue(event: MessageStreamEvent): StreamValue {
  return tracked(event.position, event);
}
