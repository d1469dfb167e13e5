import type { TimelineRow } from '@folkmoot/client';
import type { Message } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { countUnseen, newestSeq } from './unseen-messages.ts';

const user = { id: '00000000-0000-4000-8000-000000000001', username: 'u', name: 'U', isGuest: true };
const at = new Date('2026-11-23T12:00:00Z');

function row(seq: number, userId: string, isDeleted = false): TimelineRow {
  const message: Message = {
    id: `m${seq}`,
    room: 'main-chat',
    userId,
    message: 'x',
    seq,
    version: seq,
    editedAt: null,
    isDeleted,
    createdAt: at,
    updatedAt: at,
    clientMessageId: null,
    user,
  };
  return { key: message.id, message, pending: null, state: 'sent' };
}

const pending = { kind: 'send', id: 'p', text: 'x', createdAt: 0, state: 'sending', failure: null } as const;
const onItsWay: TimelineRow = { key: 'p', message: null, pending, state: 'sending' };

test('unseen are messages of others after what was seen, deleted ones left out', () => {
  const rows = [row(1, 'other'), row(2, 'other'), row(3, 'me'), row(4, 'other'), row(5, 'other', true), onItsWay];
  expect(countUnseen(rows, 0, 'me')).toBe(3);
  expect(countUnseen(rows, 2, 'me')).toBe(1);
  expect(countUnseen(rows, 5, 'me')).toBe(0);
  expect(countUnseen([], 0, 'me')).toBe(0);
});

test('the newest message is the last that the room has, whatever is on its way', () => {
  expect(newestSeq([row(1, 'other'), row(7, 'me'), onItsWay])).toBe(7);
  expect(newestSeq([onItsWay])).toBeNull();
  expect(newestSeq([])).toBeNull();
});
