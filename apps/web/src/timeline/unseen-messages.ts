import type { TimelineRow } from '@folkmoot/client';
import { useState } from 'react';

/** The seq of the newest message that the room has; null while there is none. */
export function newestSeq(rows: readonly TimelineRow[]): number | null {
  return rows.findLast(({ message }) => message !== null)?.message?.seq ?? null;
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
 * How many messages have come that were not seen. What is there when the room is first shown counts as seen.
 *
 * @param isSeeing whether the newest messages are in view now
 */
export function useUnseenCount(rows: readonly TimelineRow[], isSeeing: boolean, ownUserId: string): number {
  const newest = newestSeq(rows);
  const [seenSeq, setSeenSeq] = useState<number | null>(null);
  const isNewToSee = newest !== null && (seenSeq === null || (isSeeing && newest !== seenSeq));
  if (isNewToSee) setSeenSeq(newest);
  return isSeeing || seenSeq === null ? 0 : countUnseen(rows, seenSeq, ownUserId);
}
