import { randomUUID } from 'node:crypto';
import type { HistoryPage, Message } from '@folkmoot/contract';
import { rooms } from '@folkmoot/db/drizzle';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApi, person, type TestApi } from '../testing/index.ts';

const total = 25;
let api: TestApi;
let chat: ReturnType<TestApi['caller']>['chat'];
let all: Message[];

beforeAll(async () => {
  api = await createTestApi();
  chat = api.caller(person('ann')).chat;
  const bob = api.caller(person('bob')).chat;
  for (let index = 1; index <= total; index++) {
    await (index % 5 === 0 ? bob : chat).send({ message: `message ${index}` });
  }
  const { messages } = await chat.history({ limit: 100 });
  await chat.delete({ messageId: messages[10]?.id ?? '' });
  await chat.edit({ messageId: messages[11]?.id ?? '', message: 'edited' });
  all = (await chat.history({ limit: 100 })).messages;
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const seqsOf = ({ messages }: { messages: Message[] }) => messages.map(({ seq }) => seq);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('the first page is the newest, oldest first within it, tombstones included (R3, R8)', async () => {
  expect(seqsOf({ messages: all })).toEqual(numbers(1, total));
  expect(all[10]).toMatchObject({ isDeleted: true, message: '', seq: 11, version: 26 });
  expect(all[11]).toMatchObject({ message: 'edited', seq: 12, version: 27 });
  const page = await chat.history({ limit: 10 });
  expect(page.messages).toEqual(all.slice(15));
  expect(page.previousCursor).toBeNull();
  expect(page).not.toHaveProperty('total');
  expect(await chat.recent({ limit: 10 })).toEqual({ messages: page.messages, position: page.position });
});

test('without an input, and with what infinite queries send, it is the newest fifty (T1)', async () => {
  const page = await chat.history();
  expect(page.messages).toEqual(all);
  expect(page.nextCursor).toBeNull();
  expect(await chat.history({ cursor: null, direction: 'forward' })).toEqual(page);
});

describe('cursors', () => {
  async function walk(cursorOf: (page: HistoryPage) => string | null, start: HistoryPage, limit: number) {
    const pages = [start];
    for (let cursor = cursorOf(start); cursor !== null;) {
      const page = await chat.history({ cursor, limit });
      pages.push(page);
      cursor = cursorOf(page);
    }
    return pages;
  }

  test.each([1, 7, 24, 25, 26])('lead to every message once, both ways, in pages of %i (R3)', async (limit) => {
    const older = await walk(({ nextCursor }) => nextCursor, await chat.history({ limit }), limit);
    expect(older.toReversed().flatMap(({ messages }) => messages)).toEqual(all);
    expect(older).toHaveLength(Math.ceil(total / limit));

    const oldest = older.at(-1);
    if (!oldest) throw new Error('There is no page at all.');
    const newer = await walk(({ previousCursor }) => previousCursor, oldest, limit);
    expect(newer.flatMap(({ messages }) => messages)).toEqual(all);
    expect(newer.every(({ position }) => position === oldest.position)).toBe(true);
  });

  test('are null at both ends, and a page knows its two neighbours (R3)', async () => {
    const newest = await chat.history({ limit: 10 });
    const middle = await chat.history({ limit: 10, cursor: newest.nextCursor });
    const oldest = await chat.history({ limit: 10, cursor: middle.nextCursor });
    expect([newest, middle, oldest].map(seqsOf)).toEqual([numbers(16, 25), numbers(6, 15), numbers(1, 5)]);
    expect(newest.previousCursor).toBeNull();
    expect(oldest.nextCursor).toBeNull();
    expect(seqsOf(await chat.history({ limit: 10, cursor: middle.previousCursor }))).toEqual(numbers(16, 25));
    expect(seqsOf(await chat.history({ limit: 3, cursor: oldest.previousCursor }))).toEqual(numbers(6, 8));
  });

  test('of another room, of another list, or made up are refused (A7)', async () => {
    const { nextCursor } = await chat.history({ limit: 10 });
    const own = await chat.userMessages({ userId: all[0]?.userId ?? '', limit: 2 });
    const wrong: { room?: string; cursor: string }[] = [
      { room: 'side-room', cursor: nextCursor ?? '' },
      { cursor: own.nextCursor ?? '' },
      { cursor: '' },
      { cursor: 'main-chat.older.-1' },
      { cursor: 'main-chat.older.01' },
      { cursor: 'main-chat.sideways.1' },
      { cursor: 'main-chat.older.9999999999999999' },
      { cursor: `${nextCursor} ` },
    ];
    for (const input of wrong) {
      await expect(chat.history(input), JSON.stringify(input)).rejects.toMatchObject({
        cause: { code: 'INVALID_CURSOR' },
      });
    }
    await expect(chat.userMessages({ userId: all[0]?.userId ?? '', cursor: nextCursor })).rejects.toMatchObject({
      cause: { code: 'INVALID_CURSOR' },
    });
  });

  test('beyond the ends give an empty page that leads back without leaving out a message', async () => {
    const beyond = await chat.history({ cursor: `main-chat.newer.${total}` });
    expect(beyond).toMatchObject({ messages: [], previousCursor: null });
    expect(seqsOf(await chat.history({ cursor: beyond.nextCursor, limit: 2 }))).toEqual([24, 25]);
    const before = await chat.history({ cursor: 'main-chat.older.1' });
    expect(before).toMatchObject({ messages: [], nextCursor: null });
    expect(seqsOf(await chat.history({ cursor: before.previousCursor, limit: 2 }))).toEqual([1, 2]);
  });
});

describe('numbered pages', () => {
  test('count all messages, tombstones included, and end where the room does (R3)', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => chat.history({ page, limit: 10 })));
    expect(pages.map(seqsOf)).toEqual([numbers(16, 25), numbers(6, 15), numbers(1, 5), []]);
    for (const page of pages) expect(page).toMatchObject({ total, pageCount: 3, position: pages[0]?.position });
    expect(pages.map(({ nextCursor }) => nextCursor === null)).toEqual([false, false, true, true]);
    expect(pages[0]?.previousCursor).toBeNull();
    expect(seqsOf(await chat.history({ cursor: pages[0]?.nextCursor, limit: 10 }))).toEqual(numbers(6, 15));
    expect(seqsOf(await chat.history({ cursor: pages[2]?.previousCursor, limit: 10 }))).toEqual(numbers(6, 15));
  });

  test('that come out even have no empty last page', async () => {
    expect(await chat.history({ page: 5, limit: 5 })).toMatchObject({ total, pageCount: 5, nextCursor: null });
  });

  test('are refused beyond ten thousand messages, below one, and beside a cursor (A8)', async () => {
    const wrong = [{ page: 0 }, { page: 101, limit: 100 }, { limit: 101 }, { limit: 0 }, { page: 1, cursor: 'x' }];
    for (const input of wrong) await expect(chat.history(input)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await chat.history({ page: 100, limit: 100 })).toMatchObject({ messages: [], total });
  });
});

describe('around a message', () => {
  const around = (seq: number, limit: number) => chat.history({ around: all[seq - 1]?.id, limit });

  test('it stands in the middle, with cursors to both sides (R3)', async () => {
    const page = await around(13, 5);
    expect(seqsOf(page)).toEqual(numbers(11, 15));
    expect(seqsOf(await chat.history({ cursor: page.nextCursor, limit: 3 }))).toEqual([8, 9, 10]);
    expect(seqsOf(await chat.history({ cursor: page.previousCursor, limit: 3 }))).toEqual([16, 17, 18]);
  });

  test.each([1, 2, 3, 4])('a page of %i has it, too', async (limit) => {
    const page = await around(13, limit);
    expect(page.messages).toHaveLength(limit);
    expect(seqsOf(page)).toContain(13);
    const next = await chat.history({ cursor: page.previousCursor, limit: 1 });
    expect(seqsOf(next)).toEqual([(seqsOf(page).at(-1) ?? 0) + 1]);
  });

  test('at the ends of the room the page ends with it', async () => {
    const last = await around(25, 5);
    expect(seqsOf(last)).toEqual(numbers(21, 25));
    expect(last.previousCursor).toBeNull();
    const first = await around(1, 5);
    expect(seqsOf(first)).toEqual([1, 2, 3]);
    expect(first.nextCursor).toBeNull();
  });

  test('a tombstone has a neighbourhood, what is not there or elsewhere has none (A7)', async () => {
    expect(seqsOf(await around(11, 3))).toEqual([10, 11, 12]);
    for (const input of [{ around: randomUUID() }, { around: all[0]?.id, room: 'side-room' }]) {
      await expect(chat.history(input)).rejects.toMatchObject({ cause: { code: 'MESSAGE_NOT_FOUND' } });
    }
  });
});

describe('one author’s messages', () => {
  test('come in pages of their own, in order (R3)', async () => {
    const bob = all[4]?.userId ?? '';
    const newest = await chat.userMessages({ userId: bob, limit: 2 });
    const older = await chat.userMessages({ userId: bob, limit: 2, cursor: newest.nextCursor });
    const oldest = await chat.userMessages({ userId: bob, limit: 2, cursor: older.nextCursor });
    expect([newest, older, oldest].map(seqsOf)).toEqual([[20, 25], [10, 15], [5]]);
    expect(oldest.nextCursor).toBeNull();
    expect(Object.keys(newest).toSorted()).toEqual(['messages', 'nextCursor']);
  });

  test('of someone unknown, or of another room, are none (A7)', async () => {
    expect(await chat.userMessages({ userId: randomUUID() })).toEqual({ messages: [], nextCursor: null });
    expect(await chat.userMessages({ userId: all[0]?.userId ?? '', room: 'side-room' })).toMatchObject({
      messages: [],
    });
  });
});

test('an empty room has an empty page and a position to go on from (R3)', async () => {
  await api.database.insert(rooms).values({ slug: 'empty-room' });
  const page = await chat.history({ room: 'empty-room' });
  expect(page).toEqual({
    messages: [],
    nextCursor: null,
    previousCursor: null,
    position: expect.stringMatching(/\.0$/),
  });
  await chat.send({ room: 'empty-room', message: 'first' });
  const { events } = await chat.events({ room: 'empty-room', after: page.position });
  expect(events).toMatchObject([{ type: 'message-received', message: { message: 'first', seq: 1 } }]);
});

test('a room that is not there is not found by any read or write (A7, S7)', async () => {
  const room = 'no-room';
  const refused = { cause: { code: 'ROOM_NOT_FOUND' } };
  const calls = await Promise.allSettled([
    chat.history({ room }),
    chat.history({ room, page: 1 }),
    chat.recent({ room }),
    chat.userMessages({ room, userId: randomUUID() }),
    chat.events({ room, after: 'x' }),
    chat.stats({ room }),
    chat.online({ room }),
    chat.send({ room, message: 'x' }),
    chat.delete({ room, messageId: randomUUID() }),
    chat.setTyping({ room, isTyping: true }),
  ]);
  for (const call of calls) expect(call).toMatchObject({ status: 'rejected', reason: refused });
  await expect(api.follow(person('ann'), { room }).next(1)).rejects.toMatchObject(refused);
});

test('rooms are listed by name with the positions at which they stand (R3)', async () => {
  const listed = await chat.rooms();
  expect(listed.map(({ room }) => room)).toEqual(listed.map(({ room }) => room).toSorted());
  const { position } = await chat.history({ limit: 1 });
  expect(listed).toContainEqual({ room: 'main-chat', position });
});
