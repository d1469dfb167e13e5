import type { LogEvent, Message } from '@folkmoot/contract';

/**
 * What a client knows of a room that has taken these events into a page that it has read: sorted by seq, of two copies
 * the one with the higher version (R3).
 */
export function foldEvents(snapshot: readonly Message[], events: readonly LogEvent[]): Message[] {
  const known = new Map(snapshot.map((message) => [message.id, message]));
  for (const event of events) {
    if (!('message' in event)) continue;
    const { message } = event;
    if (message.version > (known.get(message.id)?.version ?? 0)) known.set(message.id, message);
  }
  return [...known.values()].toSorted((a, b) => a.seq - b.seq);
}
