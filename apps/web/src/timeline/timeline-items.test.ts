import type { TimelineRow } from '@folkmoot/client';
import type { Message, User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createTimelineItems, findLastEditable } from './timeline-items.ts';

const me = person(1);
const other = person(2);

function person(n: number): User {
  return { id: `00000000-0000-4000-8000-00000000000${n}`, username: `u${n}`, name: `U${n}`, isGuest: true };
}

function message(seq: number, user: User, createdAt: string, change: Partial<Message> = {}): Message {
  return {
    id: `10000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    room: 'main-chat',
    userId: user.id,
    message: `text ${seq}`,
    seq,
    version: seq,
    editedAt: null,
    isDeleted: false,
    createdAt: new Date(createdAt),
    updatedAt: new Date(createdAt),
    clientMessageId: null,
    user,
    ...change,
  };
}

function row(shown: Message, pending: TimelineRow['pending'] = null): TimelineRow {
  return { key: shown.id, message: shown, pending, state: pending?.state ?? 'sent' };
}

test('a group is one author without a pause or a new day', () => {
  const items = createTimelineItems(me)([
    row(message(1, me, '2026-11-23T12:00:00')),
    row(message(2, me, '2026-11-23T12:04:00')),
    row(message(3, other, '2026-11-23T12:04:30')),
    row(message(4, other, '2026-11-23T12:10:00')),
    row(message(5, other, '2026-11-23T23:59:00')),
    row(message(6, other, '2026-11-24T00:01:00')),
  ]);
  expect(items.map((item) => item.startsGroup)).toEqual([true, false, true, true, true, true]);
  expect(items.map((item) => item.startsDay)).toEqual([true, false, false, false, false, true]);
  expect(items.map((item) => item.isOwn)).toEqual([true, true, false, false, false, false]);
});

test('what has not changed is the same item, also when an older page comes before it', () => {
  const itemsOf = createTimelineItems(me);
  const rows = [
    row(message(3, me, '2026-11-23T12:00:00')),
    row(message(4, me, '2026-11-23T12:01:00')),
    row(message(5, other, '2026-11-23T12:02:00')),
  ];
  const [first, second, third] = itemsOf(rows);
  expect(itemsOf(rows)).toEqual([first, second, third]);

  const withOlder = itemsOf([row(message(2, me, '2026-11-23T11:59:00')), ...rows]);
  expect(withOlder[1]).toMatchObject({ startsDay: false, startsGroup: false });
  expect(withOlder[2]).toBe(second);
  expect(withOlder[3]).toBe(third);
});

test('a change on its way is shown as its author wants it, and a delete that failed is not', () => {
  const base = { id: 'e', messageId: 'm', createdAt: Date.parse('2026-11-23T12:05:00'), failure: null };
  const old = message(1, me, '2026-11-23T12:00:00');
  const [edit, going, notGone] = createTimelineItems(me)([
    row(old, { ...base, kind: 'edit', text: 'new', state: 'sending' }),
    row({ ...old }, { ...base, kind: 'delete', state: 'sending' }),
    row({ ...old }, { ...base, kind: 'delete', state: 'failed' }),
  ]);
  expect(edit).toMatchObject({ text: 'new', state: 'sending', isDeleted: false });
  expect(edit?.editedAt).not.toBeNull();
  expect(going).toMatchObject({ isDeleted: true, state: 'sending' });
  expect(notGone).toMatchObject({ text: 'text 1', isDeleted: false, state: 'failed' });
});

test('a send on its way is by the reader, at the time of sending', () => {
  const createdAt = Date.parse('2026-11-23T12:00:00');
  const pending = { kind: 'send', id: 'a', text: 'hello', createdAt, state: 'sending', failure: null } as const;
  const [item] = createTimelineItems(me)([{ key: 'a', message: null, pending, state: 'sending' }]);
  expect(item).toMatchObject({ author: me, isOwn: true, text: 'hello', at: new Date(createdAt), editedAt: null });
});

test('the last editable message is the last of one’s own that is neither deleted nor refused', () => {
  const pending = { kind: 'send', id: 'a', text: 'x', createdAt: 0, state: 'failed', failure: null } as const;
  const items = createTimelineItems(me)([
    row(message(1, me, '2026-11-23T12:00:00')),
    row(message(2, me, '2026-11-23T12:00:10')),
    row(message(3, me, '2026-11-23T12:00:20', { isDeleted: true, message: '' })),
    row(message(4, other, '2026-11-23T12:00:30')),
    { key: 'a', message: null, pending, state: 'failed' },
  ]);
  expect(findLastEditable(items)?.row.message?.seq).toBe(2);
  expect(findLastEditable(items.slice(2))).toBeUndefined();
  const onItsWay: TimelineRow = {
    key: 'b',
    message: null,
    pending: { ...pending, state: 'sending' },
    state: 'sending',
  };
  expect(
    findLastEditable(createTimelineItems(me)([row(message(1, me, '2026-11-23T12:00:00')), onItsWay])),
  ).toBeUndefined();
});
