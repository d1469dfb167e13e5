import type { HistoryPage, Message } from '@folkmoot/contract';

/**
 * What is known of a room, folded as R3 says: one copy of each message, that with the highest version, in the order of
 * `seq`. Pages, events and acknowledgements may come in any order, late and twice.
 */
export type RoomTimeline = {
  /** By seq. Events may bring messages older than the loaded pages: they wait here, unseen, until their page comes. */
  known: readonly Message[];
  /** Every message from this seq on is known; older ones are not shown. Infinity before the first page. */
  shownFromSeq: number;
  /** Where the next older page is; null when the start of the room is shown, and before the first page. */
  older: HistoryPlace | null;
  /**
   * What has come since the history is being read anew (at the start, after a `reset`). What is shown is of another log
   * then, or has a hole: nothing of it is taken over (R6). Null when what is shown is whole.
   */
  renewal: readonly Message[] | null;
};

/** A page of history: that which a cursor leads to, or that around a message that is known already. */
export type HistoryPlace = { cursor: string } | { around: string };

type Page = Pick<HistoryPage, 'messages' | 'nextCursor'>;

export const emptyTimeline: RoomTimeline = {
  known: [],
  shownFromSeq: Number.POSITIVE_INFINITY,
  older: null,
  renewal: [],
};

/** What was kept of a room: its newest messages, by seq and without a gap. */
export function keptTimeline(messages: readonly Message[], hasOlder: boolean): RoomTimeline {
  const oldest = messages[0];
  if (!hasOlder || oldest === undefined) return { known: messages, shownFromSeq: 0, older: null, renewal: null };
  return { known: messages, shownFromSeq: oldest.seq, older: { around: oldest.id }, renewal: null };
}

/** After `reset`: what is shown stays until {@link renew}, so that the page has something to show. */
export function startRenewal(timeline: RoomTimeline): RoomTimeline {
  return { ...timeline, renewal: [] };
}

/**
 * The history was read anew: the newest page, and those that follow it, each older than the one before. Messages that
 * are as they were stay the same objects.
 *
 * @param pages all read after the renewal began, or a message of the old log would stay
 */
export function renew(timeline: RoomTimeline, pages: readonly Page[]): RoomTimeline {
  const before = new Map(timeline.known.map((message) => [message.id, message]));
  const same = (message: Message): Message => {
    const old = before.get(message.id);
    return old !== undefined && isSame(old, message) ? old : message;
  };
  let next: RoomTimeline = { ...emptyTimeline, known: (timeline.renewal ?? []).map(same), renewal: null };
  for (const { messages, nextCursor } of pages) next = addPage(next, { messages: messages.map(same), nextCursor });
  return next;
}

/** A page that borders on what is shown, or overlaps it, read from `older`. */
export function addPage(timeline: RoomTimeline, page: Page): RoomTimeline {
  const oldest = page.messages[0]?.seq ?? timeline.shownFromSeq;
  return {
    ...timeline,
    known: page.messages.reduce(merge, timeline.known),
    shownFromSeq: page.nextCursor === null ? 0 : Math.min(oldest, timeline.shownFromSeq),
    older: page.nextCursor === null ? null : { cursor: page.nextCursor },
  };
}

/** Takes a message of an event or an acknowledgement. The same timeline when it says nothing new. */
export function applyMessage(timeline: RoomTimeline, message: Message): RoomTimeline {
  const known = merge(timeline.known, message);
  const renewal = timeline.renewal && merge(timeline.renewal, message);
  return known === timeline.known && renewal === timeline.renewal ? timeline : { ...timeline, known, renewal };
}

export function shownMessages({ known, shownFromSeq }: RoomTimeline): readonly Message[] {
  return known.slice(findPlace(known, shownFromSeq));
}

/** Equal versions are equal messages (R3), but for names, and those may wait for the next change. */
function merge(messages: readonly Message[], message: Message): readonly Message[] {
  let index = findPlace(messages, message.seq);
  // While a renewal waits for its page, the log shown and the log of the events may differ and share seqs.
  while (messages[index]?.seq === message.seq && messages[index]?.id !== message.id) index++;
  const current = messages[index];
  if (current?.id !== message.id) return messages.toSpliced(index, 0, message);
  return message.version > current.version ? messages.with(index, message) : messages;
}

/** Where the seq begins, or belongs. Most messages are new ones, so the search begins with the last. */
function findPlace(messages: readonly Message[], seq: number): number {
  const last = messages.at(-1);
  if (last === undefined || last.seq < seq) return messages.length;
  let low = 0;
  let high = messages.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By content: after a restore of the database the same seq and version may be another text. */
function isSame(a: Message, b: Message): boolean {
  return (
    a.seq === b.seq &&
    a.version === b.version &&
    a.message === b.message &&
    a.isDeleted === b.isDeleted &&
    a.updatedAt.getTime() === b.updatedAt.getTime() &&
    a.user.name === b.user.name &&
    a.user.username === b.user.username
  );
}
