import type { Message } from '@folkmoot/contract';
import type { ChatFailure } from './chat-failure.ts';

/** What one wants to change in a room. A send's `id` is its `clientMessageId` (S2). */
export type OutboxChange =
  | { kind: 'send'; id: string; text: string }
  | { kind: 'edit'; id: string; messageId: string; text: string }
  | { kind: 'delete'; id: string; messageId: string };

/**
 * A change of one's own that the room does not have yet, or has refused. There is no state "sent": an entry leaves when
 * the room has it.
 */
export type OutboxEntry = OutboxChange & {
  /** Milliseconds since 1970; rises from entry to entry, so that it orders what is read back from storage. */
  createdAt: number;
  state: 'sending' | 'failed';
  /** Why it was refused for good; null while it is sending. */
  failure: ChatFailure | null;
};

/**
 * The changes of one author in one room, in the order in which they were made. One is in flight at a time: with two, a
 * refusal that passes (a rate limit) of the first would let the second overtake it.
 */
export type Outbox = {
  entries: readonly OutboxEntry[];
  /** The id of the entry whose answer is awaited. */
  inFlight: string | null;
};

export const emptyOutbox: Outbox = { entries: [], inFlight: null };

/**
 * Puts a change last. It takes the place of earlier ones of the same message, waiting or refused: made later than this one,
 * by another tab or by a retry, they would undo it. Only a deletion that waits stays, for nothing comes after that.
 */
export function addChange(outbox: Outbox, change: OutboxChange, now: number): Outbox {
  const createdAt = Math.max(now, (outbox.entries.at(-1)?.createdAt ?? 0) + 1);
  const isReplaced = (entry: OutboxEntry): boolean =>
    change.kind !== 'send' &&
    entry.kind !== 'send' &&
    entry.messageId === change.messageId &&
    entry.id !== outbox.inFlight &&
    (entry.kind === 'edit' || entry.state === 'failed');
  const others = outbox.entries.filter((entry) => !isReplaced(entry));
  return { ...outbox, entries: [...others, { ...change, createdAt, state: 'sending', failure: null }] };
}

/** Entries that an earlier page kept go before those of this one; a double of one that is here already is left out. */
export function restoreEntries(outbox: Outbox, kept: readonly OutboxEntry[]): Outbox {
  const older = kept.filter(({ id }) => findEntry(outbox, id) === undefined);
  return older.length === 0 ? outbox : { ...outbox, entries: [...older, ...outbox.entries] };
}

export function findEntry(outbox: Outbox, id: string): OutboxEntry | undefined {
  return outbox.entries.find((entry) => entry.id === id);
}

/** Takes an entry as another tab has it, in its place by time. */
export function putEntry(outbox: Outbox, entry: OutboxEntry): Outbox {
  const entries = [...outbox.entries.filter(({ id }) => id !== entry.id), entry];
  return { ...outbox, entries: entries.sort((a, b) => a.createdAt - b.createdAt) };
}

/**
 * What to send now: the oldest that has not failed, unless an answer is awaited.
 *
 * @param isOurs says no to what is another tab's to send
 */
export function findNext(
  outbox: Outbox,
  isOurs: (entry: OutboxEntry) => boolean = () => true,
): OutboxEntry | undefined {
  if (outbox.inFlight !== null) return undefined;
  return outbox.entries.find((entry) => entry.state === 'sending' && isOurs(entry));
}

export function takeOff(outbox: Outbox, id: string): Outbox {
  return { ...outbox, inFlight: id };
}

/** The server has answered that it is done. */
export function acknowledge(outbox: Outbox, id: string): Outbox {
  return withoutEntry(landed(outbox, id), id);
}

/** No answer came, or a refusal that passes: it stays first and is sent again under the same id. */
export function postpone(outbox: Outbox, id: string): Outbox {
  return landed(outbox, id);
}

/** Refused for good: it stays to be looked at, and the next one goes on. */
export function fail(outbox: Outbox, id: string, failure: ChatFailure): Outbox {
  return changed(landed(outbox, id), id, { state: 'failed', failure });
}

/** Sends a failed entry again, under its old id and after all others: that is when its author wants it said. */
export function retryEntry(outbox: Outbox, id: string, now: number): Outbox {
  const entry = findEntry(outbox, id);
  if (entry?.state !== 'failed') return outbox;
  return addChange(withoutEntry(outbox, id), toChange(entry), now);
}

/** Gives an entry up. One that is in flight stays: the server may have it already. */
export function discardEntry(outbox: Outbox, id: string): Outbox {
  return outbox.inFlight === id ? outbox : withoutEntry(outbox, id);
}

/**
 * Takes out the sends that the room has, as messages of the stream or of a page show: before their acknowledgement, or
 * without one when it was lost with the connection, or the page was reloaded.
 */
export function confirmSends(outbox: Outbox, messages: readonly Message[], ownUserId: string | null): Outbox {
  if (outbox.entries.length === 0) return outbox;
  let confirmed = outbox;
  for (const { userId, clientMessageId } of messages) {
    if (userId !== ownUserId || clientMessageId === null) continue;
    if (findEntry(confirmed, clientMessageId)?.kind === 'send') confirmed = acknowledge(confirmed, clientMessageId);
  }
  return confirmed;
}

function toChange(entry: OutboxEntry): OutboxChange {
  const { createdAt: _, state: __, failure: ___, ...change } = entry;
  return change;
}

function landed(outbox: Outbox, id: string): Outbox {
  return outbox.inFlight === id ? { ...outbox, inFlight: null } : outbox;
}

/** The same outbox when there is no such entry. */
export function withoutEntry(outbox: Outbox, id: string): Outbox {
  if (findEntry(outbox, id) === undefined) return outbox;
  return { ...outbox, entries: outbox.entries.filter((entry) => entry.id !== id) };
}

function changed(outbox: Outbox, id: string, change: Pick<OutboxEntry, 'state' | 'failure'>): Outbox {
  if (findEntry(outbox, id) === undefined) return outbox;
  return { ...outbox, entries: outbox.entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)) };
}
