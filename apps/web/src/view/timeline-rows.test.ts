import type { Message } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { timelineRows } from './timeline-rows.ts';

const me = { id: '00000000-0000-4000-8000-000000000001' };
const other = { id: '00000000-0000-4000-8000-000000000002' };

function message(seq: number, user: { id: string }, createdAt: string, clientMessageId: string | null = null): Message {
  return {
    id: `10000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    room: 'main-chat',
    userId: user.id,
    message: 'x',
    seq,
    version: seq,
    editedAt: null,
    isDeleted: false,
    createdAt: new Date(createdAt),
    updatedAt: new Date(createdAt),
    clientMessageId,
    user: { ...user, username: 'u', name: 'U', isGuest: true },
  };
}

test('a group is one author without a pause or a new day', () => {
  const rows = timelineRows(
    [
      message(1, me, '2026-11-23T12:00:00'),
      message(2, me, '2026-11-23T12:04:00'),
      message(3, other, '2026-11-23T12:04:30'),
      message(4, other, '2026-11-23T12:10:00'),
      message(5, other, '2026-11-24T12:00:00'),
    ],
    [],
    me,
  );
  expect(rows.map((row) => row.startsGroup)).toEqual([true, false, true, true, true]);
  expect(rows.map((row) => row.startsDay)).toEqual([true, false, false, false, true]);
});

test('S2: a message has the same key on its way and confirmed, and no other person can take it', () => {
  const at = '2026-11-24T12:00:00';
  const outgoing = { clientMessageId: 'a', text: 'x', createdAt: new Date(at), state: 'sending' } as const;
  const [onItsWay] = timelineRows([], [outgoing], me);
  const [confirmed] = timelineRows([message(1, me, at, 'a')], [], me);
  const [foreign] = timelineRows([message(1, other, at, 'a')], [], me);
  expect(confirmed?.key).toBe(onItsWay?.key);
  expect(foreign?.key).not.toBe(onItsWay?.key);
});
