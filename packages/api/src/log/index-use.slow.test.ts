import { randomUUID } from 'node:crypto';
import { parsePosition, printPosition } from '@folkmoot/contract';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCaller } from '../identity.ts';
import { printCursor } from '../messages/history-cursor.ts';
import { type PlanRecorder, type RecordedPlan, recordPlans } from '../testing/record-plans.ts';
import { createTestApi, person, seededUserId, seedMessages, type TestApi } from '../testing/index.ts';
import { createLogStore } from './log-store.ts';
import { createWriteBatch } from './write-batch-store.ts';

const room = 'main-chat';
const count = 1_000_000;
const middle = count / 2;
const ann = person('ann');

let world: TestDatabase;
let recorder: PlanRecorder;
let api: TestApi;
let middleId: string;

/** PostgreSQL settles on a plan for a prepared statement with the sixth call. */
const calls = 7;
/** Tables that are small here, and may be read as a whole. */
const small = ['rooms', 'bans'];

type Work = { name: string; run: () => Promise<unknown>; rows?: number; blocks?: number };

const chat = () => api.caller(ann).chat;
const older = (seq: number, list = room) => printCursor(list, { direction: 'older', seq });
const newer = (seq: number, list = room) => printCursor(list, { direction: 'newer', seq });
const after = async (seq: number) => {
  const { position } = await chat().recent({ limit: 1 });
  const { epoch } = parsePosition(position) ?? { epoch: '' };
  return chat().events({ room, after: printPosition({ epoch, seq }), limit: 50 });
};
const send = (text: string) => chat().send({ message: text, clientMessageId: randomUUID() });
const write = (size: number, actorId = toCaller(ann).user.id) => {
  const operations = Array.from({ length: size }, () => {
    const ids = { messageId: randomUUID(), actorId, clientMessageId: randomUUID() };
    return { kind: 'send', text: 'x', ...ids } as const;
  });
  return createWriteBatch(api.database)(room, operations);
};

/** Every procedure that asks the database, at every place of a room where it may be asked for. */
const works: Work[] = [
  { name: 'history, newest', run: () => chat().history() },
  { name: 'history, an older page', run: () => chat().history({ cursor: older(middle) }) },
  { name: 'history, the oldest page', run: () => chat().history({ cursor: older(20) }) },
  { name: 'history, a newer page', run: () => chat().history({ cursor: newer(middle) }) },
  { name: 'history, newer than the start', run: () => chat().history({ cursor: newer(0) }) },
  { name: 'history, the last page', run: () => chat().history({ cursor: newer(count) }) },
  { name: 'history, around a message', run: () => chat().history({ around: middleId }) },
  { name: 'history, the first page by number', run: () => chat().history({ page: 1 }) },
  {
    name: 'history, the last page by number',
    run: () => chat().history({ page: 100, limit: 100 }),
    rows: 10_000,
    blocks: 1_000,
  },
  { name: 'recent', run: () => chat().recent({ limit: 50 }) },
  { name: 'events, the newest', run: () => after(count - 40) },
  { name: 'events from the middle', run: () => after(middle) },
  { name: 'events, the last', run: () => after(count) },
  { name: 'events after a position that cannot be', run: () => after(9 * count) },
  { name: 'messages of a heavy author', run: () => chat().userMessages({ userId: seededUserId(0) }) },
  {
    name: 'older messages of a heavy author',
    run: () => chat().userMessages({ userId: seededUserId(0), cursor: older(middle, `${room}.${seededUserId(0)}`) }),
  },
  { name: 'messages of a quiet author', run: () => chat().userMessages({ userId: toCaller(ann).user.id }) },
  {
    name: 'older messages of a quiet author',
    run: () => chat().userMessages({ userId: seededUserId(7), cursor: older(900, `${room}.${seededUserId(7)}`) }),
  },
  { name: 'messages of nobody', run: () => chat().userMessages({ userId: randomUUID() }) },
  { name: 'statistics of a month', run: () => chat().stats({ days: 30 }), rows: 31 * 24 },
  { name: 'statistics of a year', run: () => chat().stats({ days: 365 }), rows: 366 * 24 },
  { name: 'rooms', run: () => chat().rooms() },
  { name: 'me', run: () => api.caller(person(`new-${randomUUID()}`)).auth.me() },
  { name: 'the heads that a feed asks for', run: () => createLogStore(api.database).listHeads([room, 'side-room']) },
  {
    name: 'the events that a feed begins with',
    run: () => createLogStore(api.database).findPage(room, count - 100, 200),
    rows: 200,
    blocks: 1_500,
  },
  // The first one of a connection plans the write function, and reads catalogs for that.
  { name: 'a send', run: () => send('one'), blocks: 1_500 },
  { name: 'a send of a heavy author', run: () => write(1, seededUserId(0)) },
  {
    name: 'an edit and a delete',
    async run() {
      const { id } = await send('one');
      await chat().edit({ messageId: id, message: 'two' });
      await chat().edit({ messageId: id, message: 'two' });
      await chat().delete({ messageId: id });
    },
  },
  { name: 'many sends', run: () => write(512), rows: 1_100, blocks: 30_000 },
];

beforeAll(async () => {
  world = await createTestDatabase();
  recorder = recordPlans(world);
  const { sql, db } = world.connect({ maxConnections: 1, answerTimeoutMs: 120_000 });
  for (const table of ['community_chat', 'room_events', 'users', 'room_author_days']) {
    await sql`alter table folkmoot.${sql(table)} set (autovacuum_enabled = false)`;
  }
  await open();
  // PostgreSQL makes up its mind on a plan in the first calls, when these tables are all but empty.
  middleId = (await send('first')).id;
  for (let call = 0; call < calls; call++) for (const { run } of works) await run();
  await sql`truncate folkmoot.community_chat, folkmoot.room_events, folkmoot.room_authors, folkmoot.room_author_days,
    folkmoot.room_days, folkmoot.room_hours`;
  await seedMessages(db, { room, count, authors: 1_000 });
  const [found] = await sql<{ id: string }[]>`
    select id from folkmoot.community_chat where room_id = ${room} and seq = ${middle}`;
  middleId = found?.id ?? '';
}, 300_000);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await world.close();
});

async function open(): Promise<void> {
  api = await createTestApi({ testDatabase: recorder.testDatabase });
  await recorder.begin(api.sql);
}

async function reopen(): Promise<void> {
  await api[Symbol.asyncDispose]();
  await open();
}

async function plansOf({ run }: Work): Promise<RecordedPlan[]> {
  recorder.take();
  for (let call = 0; call < calls; call++) await run();
  return recorder.take();
}

describe.each([
  ['with plans from when the room was empty', () => Promise.resolve()],
  ['on a new connection, without statistics of the planner', reopen],
  [
    'on a new connection, after ANALYZE',
    async () => {
      const { sql } = world.connect({ maxConnections: 1, answerTimeoutMs: 120_000 });
      await sql`set statement_timeout = 0`;
      await sql`analyze`;
      await reopen();
    },
  ],
])('%s', (_, prepare) => {
  beforeAll(prepare);

  test.each(works)('$name: no scan of a table, few rows and few blocks (R3, R9, S5)', async (work) => {
    const { rows = 110, blocks = 500 } = work;
    const plans = await plansOf(work);
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      for (const scan of plan.scans.filter(({ table }) => !small.includes(table))) {
        expect(scan.by, plan.query).not.toBe('Seq Scan');
        expect(scan.rows, `${scan.table} by ${scan.by}: ${plan.query}`).toBeLessThanOrEqual(rows);
      }
      expect(plan.blocks, plan.query).toBeLessThanOrEqual(blocks);
    }
  });
});
