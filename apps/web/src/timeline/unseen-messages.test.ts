import type { TimelineRow } from '@folkmoot/client';
import type { Message } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { countUnseen, newestSeq, nextSeenSeq } from './unseen-messages.ts';

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
  expect(newestSeq({ rows: [row(1, 'other'), row(7, 'me'), onItsWay], isLoaded: true })).toBe(7);
  expect(newestSeq({ rows: [onItsWay], isLoaded: false })).toBeNull();
  expect(newestSeq({ rows: [], isLoaded: true })).toBe(0);
});

test('what is in view is seen, and so is what was there at first', () => {
  expect(nextSeenSeq(null, null, true)).toBeNull();
  expect(nextSeenSeq(null, 7, false)).toBe(7);
  expect(nextSeenSeq(7, 9, false)).toBe(7);
  expect(nextSeenSeq(7, 9, true)).toBe(9);
});

test('R6: a room that was reset to an older state does not count from where it was before', () => {
  const seenSeq = nextSeenSeq(900, 3, false) ?? Number.NaN;
  expect(countUnseen([row(3, 'other')], seenSeq, 'me')).toBe(0);
  expect(countUnseen([row(3, 'other'), row(4, 'other')], seenSeq, 'me')).toBe(1);
});
