import type { HistoryPage, Message, MessageStreamEvent } from '@folkmoot/contract';

/** A message of one's own that the server has not confirmed yet. */
export type OutgoingMessage = {
  clientMessageId: string;
  text: string;
  createdAt: Date;
  state: 'sending' | 'failed';
  /** Why it failed, for people. */
  reason?: string;
};

/**
 * What is known of a room: pages of its history and the events since, folded as R3 says: one copy of each message, the
 * one with the highest version, in the order of `seq`.
 */
export type Timeline = {
  ownUserId: string;
  /** By seq. Events may bring messages that are older than the loaded pages: they wait here until their page comes. */
  known: readonly Message[];
  /** Every message of the room from this seq on is known; older ones are not shown. */
  shownFromSeq: number;
  /** Leads to the next older page; null when the start of the room is shown. */
  olderCursor: string | null;
  /** In the order of sending; shown below everything else. */
  outgoing: readonly OutgoingMessage[];
};

type Page = Pick<HistoryPage, 'messages' | 'nextCursor'>;

/** The newest page of a room, from which a stream goes on. What waited to be sent goes on waiting. */
export function startTimeline(page: Page, ownUserId: string, outgoing: readonly OutgoingMessage[] = []): Timeline {
  const empty = { ownUserId, known: [], shownFromSeq: Number.POSITIVE_INFINITY, olderCursor: null, outgoing };
  return addPage(empty, page);
}

/** A page that borders on what is shown, read with `olderCursor`. */
export function addPage(timeline: Timeline, page: Page): Timeline {
  const oldest = page.messages[0]?.seq ?? timeline.shownFromSeq;
  return {
    ...page.messages.reduce(applyMessage, timeline),
    shownFromSeq: page.nextCursor === null ? 0 : Math.min(oldest, timeline.shownFromSeq),
    olderCursor: page.nextCursor,
  };
}

/** Takes an event of the room's stream; types without a message change nothing here (R1). */
export function applyEvent(timeline: Timeline, event: MessageStreamEvent): Timeline {
  return 'message' in event ? applyMessage(timeline, event.message) : timeline;
}

/** Takes a message from wherever it came. An older version than the known one is ignored (R3). */
export function applyMessage(timeline: Timeline, message: Message): Timeline {
  const outgoing = withoutConfirmed(timeline, message);
  const index = findPlace(timeline.known, message.seq);
  const current = timeline.known[index];
  if (current?.seq !== message.seq) {
    return { ...timeline, outgoing, known: timeline.known.toSpliced(index, 0, message) };
  }
  if (message.version < current.version) return outgoing === timeline.outgoing ? timeline : { ...timeline, outgoing };
  return { ...timeline, outgoing, known: timeline.known.with(index, message) };
}

export function shownMessages({ known, shownFromSeq }: Timeline): readonly Message[] {
  return known.slice(findPlace(known, shownFromSeq));
}

export function addOutgoing(timeline: Timeline, message: OutgoingMessage): Timeline {
  return { ...timeline, outgoing: [...timeline.outgoing, message] };
}

export function updateOutgoing(
  timeline: Timeline,
  clientMessageId: string,
  change: Pick<OutgoingMessage, 'state' | 'reason'>,
): Timeline {
  return {
    ...timeline,
    outgoing: timeline.outgoing.map((message) => {
      if (message.clientMessageId !== clientMessageId) return message;
      const { reason: _, ...rest } = message;
      return { ...rest, ...change };
    }),
  };
}

export function removeOutgoing(timeline: Timeline, clientMessageId: string): Timeline {
  return {
    ...timeline,
    outgoing: timeline.outgoing.filter((message) => message.clientMessageId !== clientMessageId),
  };
}

function withoutConfirmed(timeline: Timeline, message: Message): readonly OutgoingMessage[] {
  if (message.userId !== timeline.ownUserId || message.clientMessageId === null) return timeline.outgoing;
  const isOther = (outgoing: OutgoingMessage): boolean => outgoing.clientMessageId !== message.clientMessageId;
  return timeline.outgoing.every(isOther) ? timeline.outgoing : timeline.outgoing.filter(isOther);
}

/** Where the seq is, or belongs. Most messages are new ones, so the search begins with the last. */
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
