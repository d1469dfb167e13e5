import type { Message, User } from '@folkmoot/contract';
import type { OutgoingMessage } from '../room/timeline.ts';

export type TimelineRow = { key: string; at: Date; startsDay: boolean; startsGroup: boolean } & (
  | { type: 'message'; message: Message }
  | { type: 'outgoing'; outgoing: OutgoingMessage }
);

const groupGapMs = 5 * 60_000;

/**
 * Messages as rows. Those of one author in quick succession form a group, which shows its author once. A message sent
 * from here has the same key before and after the server confirmed it, so its row is replaced in place (S2).
 */
export function timelineRows(
  messages: readonly Message[],
  outgoing: readonly OutgoingMessage[],
  me: Pick<User, 'id'>,
): TimelineRow[] {
  let previous: { userId: string; at: Date } | undefined;
  const place = (userId: string, at: Date) => {
    const startsDay = previous?.at.toDateString() !== at.toDateString();
    const gap = at.getTime() - (previous?.at.getTime() ?? 0);
    const startsGroup = startsDay || previous?.userId !== userId || gap > groupGapMs;
    previous = { userId, at };
    return { at, startsDay, startsGroup };
  };
  const ownKey = (clientMessageId: string): string => `${me.id} ${clientMessageId}`;

  return [
    ...messages.map((message): TimelineRow => {
      const isOwn = message.userId === me.id && message.clientMessageId !== null;
      const key = isOwn && message.clientMessageId !== null ? ownKey(message.clientMessageId) : message.id;
      return { type: 'message', key, message, ...place(message.userId, message.createdAt) };
    }),
    ...outgoing.map((message): TimelineRow => {
      return {
        type: 'outgoing',
        key: ownKey(message.clientMessageId),
        outgoing: message,
        ...place(me.id, message.createdAt),
      };
    }),
  ];
}
