import type { Message } from '@folkmoot/contract';
import type { Outbox, OutboxEntry } from './outbox.ts';
import { type RoomTimeline, shownMessages } from './room-timeline.ts';

/**
 * One line of a room. A row is the same object for as long as nothing about it changes.
 *
 * | `message` | `pending` | `state` | what to show |
 * | --- | --- | --- | --- |
 * | null | a send | sending, failed | one's own message on its way, or refused for good |
 * | a message | null | sent | the message as the room has it |
 * | a message | an edit or delete | sending, failed | the message with the change that is on its way, or refused for good |
 * | null | an edit or delete | failed | a change that was refused for good, of a message further back than what is shown |
 */
export type TimelineRow = {
  /** Stable through acknowledgement, edits and a reload of the history: a list may key its elements by it. */
  key: string;
  /** As the room has it; null while it does not, and of a message that is not loaded. */
  message: Message | null;
  /** One's own change of it that the room does not have yet, or has refused. */
  pending: OutboxEntry | null;
  /** Of what is pending; 'sent' when nothing is. */
  state: 'sending' | 'sent' | 'failed';
};

/**
 * Rows of a timeline with the outbox laid over it: the room's messages by seq, then what is on its way, and refused changes
 * of messages that are not loaded, for nobody would see to them otherwise.
 */
export type RowProjection = (timeline: RoomTimeline, outbox: Outbox) => readonly TimelineRow[];

/**
 * A projection that remembers its rows by the objects that they show, so that one new message makes one new row, and
 * nothing new gives the same list.
 *
 * @param ownUserId null for a reader who is not signed in
 */
export function createRowProjection(ownUserId: string | null): RowProjection {
  const settled = new WeakMap<Message, TimelineRow>();
  const changing = new WeakMap<OutboxEntry, TimelineRow>();
  let last: readonly TimelineRow[] = [];

  const rowOf = (message: Message, pending: OutboxEntry | undefined): TimelineRow => {
    if (pending === undefined) {
      const row: TimelineRow = settled.get(message) ?? {
        key: keyOf(message, ownUserId),
        message,
        pending: null,
        state: 'sent',
      };
      settled.set(message, row);
      return row;
    }
    const known = changing.get(pending);
    if (known?.message === message) return known;
    const row = { key: keyOf(message, ownUserId), message, pending, state: pending.state };
    changing.set(pending, row);
    return row;
  };

  const rowWithoutMessage = (pending: OutboxEntry): TimelineRow => {
    const row = changing.get(pending) ?? { key: pending.id, message: null, pending, state: pending.state };
    changing.set(pending, row);
    return row;
  };

  return (timeline, outbox) => {
    // Of several changes of one message the last is what its author wants to see.
    const changes = new Map(
      outbox.entries.flatMap((entry) => (entry.kind === 'send' ? [] : [[entry.messageId, entry]])),
    );
    const messages = shownMessages(timeline);
    const isLoaded = timeline.shownFromSeq !== Number.POSITIVE_INFINITY;
    const isPlaceless = (entry: OutboxEntry): boolean =>
      entry.kind === 'send' ||
      (entry.state === 'failed' && isLoaded && !messages.some(({ id }) => id === entry.messageId));
    const rows = [
      ...messages.map((message) => rowOf(message, changes.get(message.id))),
      ...outbox.entries.filter(isPlaceless).map(rowWithoutMessage),
    ];
    if (rows.length !== last.length || rows.some((row, index) => row !== last[index])) last = rows;
    return last;
  };
}

/**
 * An own message is known by its `clientMessageId` from before the server has it; that id is unique per room and
 * author only (S2), so others' messages go by their own.
 */
function keyOf(message: Message, ownUserId: string | null): string {
  return message.userId === ownUserId && message.clientMessageId !== null ? message.clientMessageId : message.id;
}
