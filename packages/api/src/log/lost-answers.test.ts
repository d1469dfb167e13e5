import { randomUUID } from 'node:crypto';
import { rooms, sql, users } from '@folkmoot/db/drizzle';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../chat-logger.ts';
import { type Clock, systemClock } from '../clock.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { BusHint } from './bus-hint.ts';
import { createLogStore } from './log-store.ts';
import { createLogWriter, defaultLogWriterLimits } from './log-writer.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createRoomFeeds } from './room-feeds.ts';
import { createWriteBatch, type WriteBatch } from './write-batch-store.ts';

const room = 'main-chat';
const author = randomUUID();
let world: TestDatabase;
const close: (() => void)[] = [];

beforeEach(async () => {
  world = await createTestDatabase();
  const { db } = world.connect({ maxConnections: 2 });
  await db.insert(rooms).values({ slug: room });
  await db.insert(users).values({ id: author, username: 'ann', name: 'Ann' });
});
afterEach(async () => {
  for (const end of close.splice(0)) end();
  await world.close();
});

/** A node whose batches go through `wrap`; its feed of the room is read by one subscriber. */
async function createNode(wrap: (write: WriteBatch) => WriteBatch, clock: Clock = systemClock) {
  const { db, sql: client } = world.connect();
  const hints: BusHint[] = [];
  const memoryBus = createMemoryEventBus();
  const bus = { ...memoryBus, publish: (hint: BusHint) => hints.push(hint) };
  const passed: string[] = [];
  const feeds = createRoomFeeds({
    store: createLogStore(db),
    bus,
    // A clock that stands still: nothing comes from polling.
    clock: createFakeClock(),
    logger: silentLogger,
    onEvent: (_room, event) => passed.push('message' in event ? event.message.message : event.type),
  });
  close.push(feeds.close);
  const feed = feeds.get(room);
  feed.subscribe(() => undefined);
  await feed.refresh(new AbortController().signal);
  const writer = createLogWriter({
    writeBatch: wrap(createWriteBatch(db)),
    feeds,
    clock,
    logger: silentLogger,
    limits: { ...defaultLogWriterLimits, deadlineMs: 3_000 },
  });
  const send = (text: string) =>
    writer.write(room, { kind: 'send', messageId: randomUUID(), actorId: author, text, clientMessageId: null });
  // On a connection of its own: that of the last write may have been terminated just now.
  const reader = world.connect({ maxConnections: 1 }).db;
  const readLog = async () => {
    const rows = await reader.execute<{ message: string }>(sql`
      select c.message from folkmoot.room_events e join folkmoot.community_chat c on c.room_id = e.room_id and c.id = e.message_id
      where e.room_id = ${room} order by e.seq
    `);
    return rows.map(({ message }) => message);
  };
  return { writer, send, hints, passed, client, readLog };
}

const connectionClosed = () => Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' });

test('an answer that is lost after the commit adds no second event, and the feeds hear of the first (S5, R10)', async () => {
  let calls = 0;
  const { send, hints, passed, readLog } = await createNode((write) => async (...batch) => {
    const result = await write(...batch);
    calls++;
    if (calls % 2 === 1) throw connectionClosed();
    return result;
  });
  const outcomes = await Promise.all(['1', '2', '3', '4'].map(send));
  expect(outcomes.map((outcome) => ('row' in outcome ? [outcome.row.seq, outcome.row.message] : outcome))).toEqual([
    [1, '1'],
    [2, '2'],
    [3, '3'],
    [4, '4'],
  ]);
  expect(await readLog()).toEqual(['1', '2', '3', '4']);
  await vi.waitFor(() => expect(passed).toEqual(['1', '2', '3', '4']));
  expect(hints.at(-1)).toMatchObject({ room, head: 4 });
});

test('a backend that is terminated under a batch costs nothing but time (S5, T4)', async () => {
  const { db: admin } = world.connect({ maxConnections: 1 });
  let calls = 0;
  const { send, passed, readLog } = await createNode((write) => (...batch) => {
    calls++;
    if (calls % 3 !== 2) return write(...batch);
    const writing = write(...batch);
    // Somewhere between its arrival and its answer.
    return Promise.all([
      writing,
      admin.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like '%write_room%' and pid <> pg_backend_pid()`),
    ]).then(([result]) => result);
  });
  const texts = Array.from({ length: 60 }, (_, index) => `message ${index}`);
  for (let from = 0; from < texts.length; from += 6) {
    const outcomes = await Promise.all(texts.slice(from, from + 6).map(send));
    for (const outcome of outcomes) expect(outcome.status).not.toBe('refused');
  }
  expect(await readLog()).toEqual(texts);
  await vi.waitFor(() => expect(passed).toEqual(texts));
});

test('a write whose outcome stays unknown fails as such, and its event comes without waiting for a poll (R10, S7)', async () => {
  const clock = createFakeClock();
  let isWritten = false;
  const { send, passed, readLog } = await createNode(
    (write) =>
      async (...batch) => {
        if (!isWritten) await write(...batch);
        isWritten = true;
        throw connectionClosed();
      },
    clock,
  );
  const failure = send('maybe').catch((error: unknown) => error);
  await vi.waitFor(() => {
    clock.advance(1_000);
    expect(passed).toEqual(['maybe']);
  });
  expect(await failure).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  expect(await readLog()).toEqual(['maybe']);
});
