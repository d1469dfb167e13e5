import { randomUUID } from 'node:crypto';
import { type Database, rooms, users } from '@folkmoot/db';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMessageStore } from '../messages/message-store.ts';
import { createRoomStore } from '../rooms/room-store.ts';
import { createStatsStore } from '../stats/stats-store.ts';
import { seedMessages } from '../testing/seed-messages.ts';
import { createLogStore } from './log-store.ts';
import { createWriteBatch, type WriteBatch } from './write-batch-store.ts';

const large = 30_000;
const author = randomUUID();
let world: TestDatabase;
let database: Database;
let write: WriteBatch;
const sent: string[] = [];

beforeAll(async () => {
  world = await createTestDatabase();
  // One connection: its own counts of scans, and the plans that it keeps.
  database = world.connect({ maxConnections: 1 }).db;
  write = createWriteBatch(database);
  await database.insert(rooms).values([{ slug: 'main-chat' }, { slug: 'side-room' }, { slug: 'young-room' }]);
  await database.insert(users).values({ id: author, username: 'ann', name: 'Ann' });
  // PostgreSQL makes up its mind on a plan in the first calls, when these tables are all but empty.
  for (let call = 0; call < 10; call++) await sendOne('young-room');
  await seedMessages(database, { room: 'main-chat', count: large });
  await seedMessages(database, { room: 'side-room', count: 2_000 });
});
afterAll(() => world.close());

async function sendOne(room: string): Promise<void> {
  const messageId = randomUUID();
  sent.push(messageId);
  await write(room, [{ kind: 'send', messageId, actorId: author, text: 'x', clientMessageId: randomUUID() }]);
}

/** Rows that were read of each large table while `work` ran, and how often the whole table was. */
async function countReads(work: () => Promise<unknown>) {
  const before = await readCounts();
  await work();
  const after = await readCounts();
  return after.map(({ table, scans, rows }, index) => ({
    table,
    scans: scans - (before[index]?.scans ?? 0),
    rows: rows - (before[index]?.rows ?? 0),
  }));
}

async function readCounts() {
  await database.execute(sql`select pg_stat_force_next_flush()`);
  return database.execute<{ table: string; scans: number; rows: number }>(sql`
    select relname as table, seq_scan::integer as scans, (seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as rows
    from pg_stat_user_tables where schemaname = 'folkmoot' and relname in ('community_chat', 'room_events') order by relname
  `);
}

const log = () => createLogStore(database);
const messages = () => createMessageStore(database);

const reads: [string, () => Promise<unknown>][] = [
  ['the newest page of history', () => messages().findPage({ room: 'main-chat', limit: 51 })],
  ['an older page', () => messages().findPage({ room: 'main-chat', limit: 51, place: { before: 15_000 } })],
  ['a newer page', () => messages().findPage({ room: 'main-chat', limit: 51, place: { after: 15_000 } })],
  ['the page at the start', () => messages().findPage({ room: 'main-chat', limit: 51, place: { after: 0 } })],
  ['an author’s newest page', () => messages().findPage({ room: 'main-chat', limit: 51, userId: author })],
  [
    'an author’s older page',
    () => messages().findPage({ room: 'main-chat', limit: 51, userId: author, place: { before: 9 } }),
  ],
  ['one message by its id', () => messages().findSeq('young-room', sent[0] ?? '')],
  ['the newest events', () => log().findPage('main-chat', large - 100, 200)],
  ['events from the middle', () => log().findPage('main-chat', 10_000, 200)],
  ['the head alone', () => log().findPage('main-chat', Number.MAX_SAFE_INTEGER, 200)],
  ['heads of rooms', () => log().listHeads(['main-chat', 'side-room'])],
  ['all rooms', () => createRoomStore(database).list()],
  ['the statistics', () => createStatsStore(database).find('main-chat', 365)],
];

describe.each([
  ['without statistics of the planner', () => Promise.resolve()],
  ['after ANALYZE', async () => void (await database.execute(sql`analyze`))],
])('%s', (_, prepare) => {
  beforeAll(prepare);

  test.each(reads)('%s reads no table as a whole, and few rows (R3, R9)', async (_name, read) => {
    for (const { scans, rows } of await countReads(read)) {
      expect(scans).toBe(0);
      expect(rows).toBeLessThanOrEqual(410);
    }
  });

  test('writes read no table as a whole, and few rows (S5)', async () => {
    const write512 = async () => {
      const operations = Array.from({ length: 512 }, () => {
        return {
          kind: 'send',
          messageId: randomUUID(),
          actorId: author,
          text: 'x',
          clientMessageId: randomUUID(),
        } as const;
      });
      await write('main-chat', operations);
    };
    await sendOne('main-chat');
    const messageId = sent.at(-1) ?? '';
    const operation = { messageId, actorId: author };
    const work: [string, number, () => Promise<unknown>][] = [
      ['a send', 10, () => sendOne('main-chat')],
      ['an edit', 10, () => write('main-chat', [{ ...operation, kind: 'edit', text: randomUUID() }])],
      [
        'an edit of nothing',
        10,
        () => write('main-chat', [{ ...operation, kind: 'edit', messageId: author, text: 'x' }]),
      ],
      ['a delete', 10, () => write('main-chat', [{ ...operation, kind: 'delete', asModerator: false }])],
      ['many sends', 5_000, write512],
    ];
    for (const [name, mostRows, call] of work) {
      for (const { table, scans, rows } of await countReads(call)) {
        expect(scans, `${name}: scans of ${table}`).toBe(0);
        expect(rows, `${name}: rows of ${table}`).toBeLessThanOrEqual(mostRows);
      }
    }
  });

  test('numbered pages read what they skip and nothing more (R3)', async () => {
    const counts = await countReads(() =>
      messages().findPage({ room: 'main-chat', limit: 100, place: { skip: 9_900 } }),
    );
    for (const { scans, rows } of counts) {
      expect(scans).toBe(0);
      expect(rows).toBeLessThanOrEqual(10_200);
    }
  });
});
