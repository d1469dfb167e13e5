import type { Message, MessageStreamEvent } from '@folkmoot/contract';

/**
 * What a client holds after reading a snapshot and the events that follow it (R3): the newest version of each message,
 * in the order of the room.
 */
export function foldEvents(snapshot: readonly Message[], events: readonly MessageStreamEvent[]): Message[] {
  const held = new Map(snapshot.map((message) => [message.id, message]));
  for (const event of events) {
    if (!('message' in event)) continue;
    const { message } = event;
    const known = held.get(message.id);
    if (!known || known.version < message.version) held.set(message.id, message);
  }
  return [...held.values()].toSorted((a, b) => a.seq - b.seq);
}
