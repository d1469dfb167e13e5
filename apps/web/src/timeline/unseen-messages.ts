import type { RoomSnapshot, TimelineRow } from '@folkmoot/client';
import { useState } from 'react';

type Room = Pick<RoomSnapshot, 'rows' | 'isLoaded'>;

/** The seq of the newest message that the room has, 0 in an empty one; null before it is loaded. */
export function newestSeq({ rows, isLoaded }: Room): number | null {
  return rows.findLast(({ message }) => message !== null)?.message?.seq ?? (isLoaded ? 0 : null);
}

/** Messages of others after the seq; deleted ones are nothing to come and see. Looks at the new ones only. */
export function countUnseen(rows: readonly TimelineRow[], seenSeq: number, ownUserId: string): number {
  let count = 0;
  for (let index = rows.length - 1; index >= 0; index--) {
    const message = rows[index]?.message;
    if (!message) continue;
    if (message.seq <= seenSeq) break;
    if (message.userId !== ownUserId && !message.isDeleted) count++;
  }
  return count;
}

/**
 * The seq up to which messages count as seen: what is in view, and what was there when the room was first shown. A room
 * whose newest message is an older one than before has been reset (R6), and what it has then counts as seen too.
 *
 * @param seenSeq the same before; null before the room was loaded
 */
export function nextSeenSeq(seenSeq: number | null, newest: number | null, isSeeing: boolean): number | null {
  if (newest === null) return seenSeq;
  return seenSeq === null || isSeeing ? newest : Math.min(seenSeq, newest);
}

/**
 * How many messages have come that were not seen.
 *
 * @param isSeeing whether the newest messages are in view now
 */
export function useUnseenCount(room: Room, isSeeing: boolean, ownUserId: string): number {
  const [lastSeenSeq, setSeenSeq] = useState<number | null>(null);
  const seenSeq = nextSeenSeq(lastSeenSeq, newestSeq(room), isSeeing);
  if (seenSeq !== lastSeenSeq) setSeenSeq(seenSeq);
  return isSeeing || seenSeq === null ? 0 : countUnseen(room.rows, seenSeq, ownUserId);
}
