import type { Message } from '@folkmoot/contract';

const userId = '11111111-1111-4111-8111-111111111111';

/** A message as the log would give it; its id depends on its seq alone. */
export function buildMessage(seq: number, more: Partial<Message> = {}): Message {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, 0, seq));
  return {
    id: `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    room: 'main-chat',
    userId,
    message: `text ${seq}`,
    seq,
    version: seq,
    editedAt: null,
    isDeleted: false,
    createdAt: at,
    updatedAt: at,
    clientMessageId: null,
    user: { id: userId, username: 'ann', name: 'ANN', isGuest: false },
    ...more,
  };
}
