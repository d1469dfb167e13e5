import { randomUUID } from 'node:crypto';
import { limits } from '@folkmoot/contract';
import { eq, rooms, sql } from '@folkmoot/db/drizzle';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../chat-logger.ts';
import { createLogStore } from '../log/log-store.ts';
import { createMemoryEventBus } from '../log/memory-event-bus.ts';
import { createRoomFeeds } from '../log/room-feeds.ts';
import { createFakeClock, createTestApi, person, seedMessages, type TestApi } from '../testing/index.ts';
import { createMessageLog } from './message-log.ts';
import { createMessageReads } from './message-reads.ts';
import { createMessageStore } from './message-store.ts';

let api: TestApi;
let room = '';
const ann = person('ann');

beforeAll(async () => {
  api = await createTestApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  room = `room-${randomUUID()}`;
  await api.database.insert(rooms).values({ slug: room });
});

const chatOf = (of = api) => of.caller(ann).chat;
const epochOf = (position: string) => position.split('.')[0] ?? '';
const positionOf = async () => (await chatOf().history({ room, limit: 1 })).position;

/** What the stream gives first, and what `chat.events` gives, for one and the same position. */
async function ask(position: string) {
  await using stream = api.follow(ann, { room, lastEventId: position });
  const [[first], page] = await Promise.all([stream.next(1), chatOf().events({ room, after: position })]);
  return { first, page };
}

test('a stream begins with ready and goes on with every event, as chat.events tells them (R1, R4, R7)', async () => {
  const chat = chatOf();
  await using stream = api.follow(ann, { room });
  const [ready] = await stream.next(1);
  expect(ready).toEqual({ type: 'ready', position: await positionOf() });
  const sent = await chat.send({ room, message: 'hello', clientMessageId: randomUUID() });
  const edited = await chat.edit({ room, messageId: sent.id, message: 'hello again' });
  const deleted = await chat.delete({ room, messageId: sent.id });
  const events = await stream.next(3);
  expect(events).toMatchObject([
    { type: 'message-received', message: sent },
    { type: 'message-edited', message: edited },
    { type: 'message-deleted', message: deleted },
  ]);
  const { events: polled, position, reset } = await chat.events({ room, after: ready?.position ?? '' });
  expect(polled.map((event) => event.position)).toEqual(events.map((event) => event.position));
  expect({ position, reset }).toEqual({ position: stream.ids.at(-1), reset: false });
});

test('chat.events gives pages that follow each other, and an empty one at the head (R5)', async () => {
  const start = await positionOf();
  for (let index = 0; index < 7; index++) await chatOf().send({ room, message: `m${index}` });
  const texts: string[] = [];
  let after = start;
  for (const expected of [3, 3, 1, 0]) {
    const page = await chatOf().events({ room, after, limit: 3 });
    expect(page.events).toHaveLength(expected);
    texts.push(...page.events.map((event) => ('message' in event ? event.message.message : '')));
    after = page.position;
  }
  expect(texts).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6']);
  expect(after).toBe(await positionOf());
});

describe('resuming', () => {
  test('on another node, before and after it has heard of the room, gives the same (R5)', async () => {
    await using other = await createTestApi({ sharing: api });
    const start = await positionOf();
    await using here = api.follow(ann, { room, lastEventId: start });
    for (let index = 0; index < 5; index++) await chatOf().send({ room, message: `m${index}` });
    await here.until(5);
    await using there = other.follow(ann, { room, lastEventId: here.ids[1] ?? '' });
    await there.until(3);
    expect(there.ids).toEqual(here.ids.slice(2));
    expect(there.events).toEqual(here.events.slice(2));
    // Nothing but the database lies between the two: what the other writes is found by comparing positions (R10).
    await chatOf(other).send({ room, message: 'from there' });
    await here.until(6);
    expect(here.events[5]).toEqual((await there.until(4))[3]);
  });

  test('after a restart of the node gives the same (R5)', async () => {
    const start = await positionOf();
    await chatOf().send({ room, message: 'before' });
    {
      await using gone = await createTestApi({ sharing: api });
      await using stream = gone.follow(ann, { room, lastEventId: start });
      await stream.until(1);
    }
    await using restarted = await createTestApi({ sharing: api });
    await chatOf(restarted).send({ room, message: 'after' });
    await using stream = restarted.follow(ann, { room, lastEventId: start });
    expect(await stream.until(2)).toMatchObject([
      { message: { message: 'before' } },
      { message: { message: 'after' } },
    ]);
  });

  test('behind the last message, deleted meanwhile, gives only what is new and no deleted text (R5, R8)', async () => {
    const chat = chatOf();
    await chat.send({ room, message: 'first' });
    const last = await chat.send({ room, message: 'a secret' });
    const seen = await positionOf();
    await chat.delete({ room, messageId: last.id });
    await chat.send({ room, message: 'new' });
    const { first, page } = await ask(seen);
    expect(first).toMatchObject({ type: 'message-deleted', message: { id: last.id, message: '' } });
    expect(page.events.map(({ type }) => type)).toEqual(['message-deleted', 'message-received']);
    const history = await chat.history({ room });
    expect(JSON.stringify([first, page, history])).not.toContain('secret');
  });
});

describe('a position that cannot be gone on from gives reset and the present position (R6):', () => {
  const cases: [string, (present: string) => string][] = [
    ['garbage', () => 'garbage'],
    ['an empty one', () => ''],
    ['one of 200 characters', () => 'x'.repeat(limits.positionLength)],
    ['one of another epoch', (present) => present.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))],
    ['one of another room', () => ''],
    ['one of the future', (present) => `${epochOf(present)}.${Number(present.split('.')[1]) + 1}`],
  ];
  test.each(cases)('%s', async (name, make) => {
    for (let index = 0; index < 3; index++) await chatOf().send({ room, message: `m${index}` });
    const present = await positionOf();
    const elsewhere = (await chatOf().history({ room: 'main-chat' })).position;
    const { first, page } = await ask(name.includes('room') ? elsewhere : make(present));
    expect(first).toEqual({ type: 'reset', position: present });
    expect(page).toEqual({ events: [], position: present, reset: true });
  });

  test('one older than what is kept', async () => {
    const start = await positionOf();
    for (let index = 0; index < 3; index++) await chatOf().send({ room, message: `m${index}` });
    await api.database.update(rooms).set({ firstSeq: 3 }).where(eq(rooms.slug, room));
    expect((await ask(start)).first).toMatchObject({ type: 'reset' });
    expect((await ask(`${epochOf(start)}.1`)).page).toMatchObject({ reset: true });
    expect((await ask(`${epochOf(start)}.2`)).page).toMatchObject({
      reset: false,
      events: [{ type: 'message-received' }],
    });
  });

  test('one more than 10,000 events behind, and no nearer one', async () => {
    const start = await positionOf();
    await seedMessages(api.database, { room, count: limits.maxCatchUpEvents + 1 });
    const present = await positionOf();
    const { first, page } = await ask(start);
    expect(first).toEqual({ type: 'reset', position: present });
    expect(page).toEqual({ events: [], position: present, reset: true });
    const nearer = `${epochOf(start)}.1`;
    expect((await ask(nearer)).page).toMatchObject({ reset: false });
    await using stream = api.follow(ann, { room, lastEventId: nearer });
    await stream.until(limits.maxCatchUpEvents);
    expect(stream.ids.at(-1)).toBe(present);
    expect(new Set(stream.ids).size).toBe(limits.maxCatchUpEvents);
  });
});

test('a position of 201 characters is refused as bad input (R6)', async () => {
  const long = 'x'.repeat(limits.positionLength + 1);
  await expect(chatOf().events({ room, after: long })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(api.follow(ann, { room, lastEventId: long }).next(1)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('a restored log makes its epoch another one, so all subscribers are reset (R2, R6)', async () => {
  const clock = createFakeClock();
  await using node = await createTestApi({ sharing: api, clock });
  await chatOf(node).send({ room, message: 'before' });
  await using stream = node.follow(ann, { room });
  const [ready] = await stream.next(1);
  await api.database.execute(sql`update folkmoot.rooms set epoch = 'another' where slug = ${room}`);
  await vi.waitFor(() => {
    clock.advance(1_000);
    expect(stream.events).toHaveLength(2);
  });
  expect(stream.events[1]).toMatchObject({ type: 'reset' });
  expect(epochOf(stream.ids[1] ?? '')).not.toBe(epochOf(ready?.position ?? ''));
  const sent = await chatOf(node).send({ room, message: 'after' });
  expect((await stream.until(3))[2]).toMatchObject({ type: 'message-received', message: sent });
});

describe('between nodes', () => {
  test('the bus brings events at once (R10)', async () => {
    const bus = createMemoryEventBus();
    // A clock that stands still: nothing can come from polling.
    await using first = await createTestApi({ sharing: api, bus, clock: createFakeClock() });
    await using second = await createTestApi({ sharing: api, bus, clock: createFakeClock() });
    await using stream = second.follow(ann, { room });
    await stream.next(1);
    const sent = await chatOf(first).send({ room, message: 'hello' });
    expect(await stream.next(1)).toMatchObject([{ type: 'message-received', message: sent }]);
  });

  test('with every hint lost events come with the next comparison of positions, within a second (R10)', async () => {
    const clock = createFakeClock();
    await using deaf = await createTestApi({ sharing: api, clock });
    await using stream = deaf.follow(ann, { room });
    await stream.next(1);
    const sent = await chatOf().send({ room, message: 'hello' });
    clock.advance(999);
    expect(stream.events).toHaveLength(1);
    await vi.waitFor(() => {
      clock.advance(1);
      expect(stream.events).toHaveLength(2);
    });
    expect(stream.events[1]).toMatchObject({ message: sent });
  });
});

test(
  'writes in flight while subscribers come reach each of them once and in order (R4)',
  { timeout: 60_000 },
  async () => {
    const chat = chatOf();
    const start = await positionOf();
    const streams = [];
    const writing: Promise<unknown>[] = [];
    for (let index = 0; index < 200; index++) {
      writing.push(chat.send({ room, message: `m${index}` }));
      if (index % 20 === 0) {
        streams.push(api.follow(ann, { room }), api.follow(ann, { room, lastEventId: start }));
        await Promise.resolve();
      }
      if (index % 40 === 0) await writing[index];
    }
    await Promise.all(writing);
    const present = await positionOf();
    for (const stream of streams) {
      await vi.waitFor(() => expect(stream.ids.at(-1)).toBe(present));
      const seqs = stream.ids.map((id) => Number(id.split('.')[1]));
      expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
      expect(seqs[0] === 1 || stream.events[0]?.type === 'ready').toBe(true);
      await stream.close();
    }
  },
);

describe('the text of a deleted message', () => {
  test('is in nothing that is read after its delete was answered (R8)', async () => {
    const chat = chatOf();
    const start = await positionOf();
    await using live = api.follow(ann, { room });
    await live.next(1);
    const { id, userId } = await chat.send({ room, message: 'a secret', clientMessageId: randomUUID() });
    await chat.edit({ room, messageId: id, message: 'still a secret' });
    await live.next(2);
    await chat.delete({ room, messageId: id });
    const late = api.follow(ann, { room, lastEventId: start });
    const reads = [
      await late.until(3),
      await chat.events({ room, after: start }),
      await chat.history({ room }),
      await chat.history({ room, page: 1 }),
      await chat.history({ room, around: id }),
      await chat.recent({ room }),
      await chat.userMessages({ room, userId }),
    ];
    await late.close();
    expect(JSON.stringify(reads)).not.toContain('secret');
    // The row keeps it, and no procedure shows it.
    expect(await api.database.execute(sql`select message from folkmoot.community_chat where id = ${id}`)).toEqual([
      { message: 'still a secret' },
    ]);
  });

  test('is not shown by reads that were under way when the node passed the delete (R8)', async () => {
    const { database, services } = api;
    const logStore = createLogStore(database);
    const messageStore = createMessageStore(database);
    const feeds = createRoomFeeds({
      store: logStore,
      bus: createMemoryEventBus(),
      clock: services.clock,
      logger: silentLogger,
      onEvent: () => undefined,
    });
    const feed = feeds.get(room);
    const { signal } = new AbortController();
    const start = await positionOf();
    const { id } = await chatOf().send({ room, message: 'a secret' });
    await feed.refresh(signal);

    let isDeleted = false;
    /** Reads, and hands on what was read only after the message was deleted and the node has passed that. */
    async function readEarly<Page>(page: Promise<Page>): Promise<Page> {
      const read = await page;
      if (!isDeleted) {
        expect(JSON.stringify(read)).toContain('secret');
        await chatOf().delete({ room, messageId: id });
        await feed.refresh(signal);
        isDeleted = true;
      }
      return read;
    }
    const reads = createMessageReads(
      { ...messageStore, findPage: (request) => readEarly(messageStore.findPage(request)) },
      feeds,
    );
    const { messages } = await reads.history({ room, limit: 10 });
    expect(messages).toMatchObject([{ id, isDeleted: true, message: '' }]);

    isDeleted = false;
    const again = await chatOf().send({ room, message: 'another secret' });
    await feed.refresh(signal);
    const log = createMessageLog({
      store: {
        ...logStore,
        async findPage(...asked) {
          const read = await logStore.findPage(...asked);
          if (!isDeleted) await chatOf().delete({ room, messageId: again.id });
          isDeleted = true;
          await feed.refresh(signal);
          return read;
        },
      },
      feeds,
      clock: services.clock,
    });
    const page = await log.events({ room, after: start, limit: 10 });
    expect(page.events.map(({ type }) => type)).toEqual(['message-received', 'message-deleted', 'message-received']);
    expect(JSON.stringify(page)).not.toContain('secret');
    feeds.close();
  });
});
