import type { TimelineRow } from '@folkmoot/client';
import type { User } from '@folkmoot/contract';

/** A row as it is shown. The same object for as long as nothing about it changes. */
export type TimelineItem = {
  row: TimelineRow;
  author: User;
  isOwn: boolean;
  /** As its author wants it: with an edit that is still on its way. */
  text: string;
  at: Date;
  isDeleted: boolean;
  editedAt: Date | null;
  state: 'sending' | 'sent' | 'failed';
  /** A day begins above it, in the reader's time zone. */
  startsDay: boolean;
  /** Its author is named: the first of a group. */
  startsGroup: boolean;
};

type Place = Pick<TimelineItem, 'startsDay' | 'startsGroup'>;

const groupGapMs = 5 * 60_000;

/**
 * Makes items of rows, and remembers them by their rows: one new row makes one new item. Messages of one author in quick
 * succession form a group.
 */
export function createTimelineItems(ownUser: User): (rows: readonly TimelineRow[]) => readonly TimelineItem[] {
  const known = new WeakMap<TimelineRow, TimelineItem>();

  const itemOf = (row: TimelineRow, previous: TimelineItem | undefined): TimelineItem => {
    const before = known.get(row);
    const content = before ?? describe(row, ownUser);
    const place = placeAfter(previous, content);
    if (before && before.startsDay === place.startsDay && before.startsGroup === place.startsGroup) return before;
    const item = { ...content, ...place };
    known.set(row, item);
    return item;
  };
  return (rows) => {
    let previous: TimelineItem | undefined;
    return rows.map((row) => (previous = itemOf(row, previous)));
  };
}

function placeAfter(previous: TimelineItem | undefined, { author, at }: Omit<TimelineItem, keyof Place>): Place {
  const startsDay = previous === undefined || !isSameDay(previous.at, at);
  const isNear = previous !== undefined && at.getTime() - previous.at.getTime() <= groupGapMs;
  return { startsDay, startsGroup: startsDay || !isNear || previous.author.id !== author.id };
}

function describe(row: TimelineRow, ownUser: User): Omit<TimelineItem, keyof Place> {
  const { message, pending } = row;
  const state = pending?.state ?? 'sent';
  const at = message?.createdAt ?? new Date(pending?.createdAt ?? 0);
  const pendingText = pending === null || pending.kind === 'delete' ? undefined : pending.text;
  const isGoing = pending?.kind === 'delete' && state === 'sending';
  return {
    row,
    author: message?.user ?? ownUser,
    isOwn: message === null || message.userId === ownUser.id,
    text: pendingText ?? message?.message ?? '',
    at,
    isDeleted: isGoing || (message?.isDeleted ?? false),
    editedAt:
      message?.editedAt ?? (pending?.kind === 'edit' && state === 'sending' ? new Date(pending.createdAt) : null),
    state,
  };
}

function isSameDay(a: Date, b: Date): boolean {
  return a.getDate() === b.getDate() && a.getMonth() === b.getMonth() && a.getFullYear() === b.getFullYear();
}

/**
 * The last message of one's own, to be edited. Deleted and refused ones are passed over, but not one on its way: there is
 * nothing to edit until the room has it, and one does not mean the message before.
 */
export function findLastEditable(items: readonly TimelineItem[]): TimelineItem | undefined {
  const last = items.findLast(({ isOwn, isDeleted, state }) => isOwn && !isDeleted && state !== 'failed');
  return last?.row.message === null ? undefined : last;
}
