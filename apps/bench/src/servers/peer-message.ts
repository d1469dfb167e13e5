import { randomUUID } from 'node:crypto';
import type { Message } from '@folkmoot/contract';

let lastSeq = 0;
const userId = randomUUID();

/** The same message object as the chat's, made of nothing: servers without a database send it. */
export function makePeerMessage(text: string): Message {
  const seq = ++lastSeq;
  const now = new Date();
  return {
    id: randomUUID(),
    room: 'main-chat',
    userId,
    message: text,
    seq,
    version: seq,
    editedAt: null,
    isDeleted: false,
    createdAt: now,
    // As from a database: another object, for superjson spells out which values are one and the same.
    updatedAt: new Date(now),
    clientMessageId: randomUUID(),
    user: { id: userId, username: 'bench-sender-0', name: 'bench-sender-0', isGuest: false },
  };
}
