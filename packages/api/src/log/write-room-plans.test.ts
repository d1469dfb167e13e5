import { randomUUID } from 'node:crypto';
import { type DrizzleDatabase, rooms, sql, users } from '@folkmoot/db/drizzle';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWriteBatch, type WriteBatch } from './write-batch-store.ts';

/*
 * A database in its first minute: PostgreSQL has no statistics, and keeps to the plan that it made of the write function
 * while the tables were all but empty.
 */

const room = 'young-room';
const author = randomUUID();
const sent = 2_048;
let world: TestDatabase;
let database: DrizzleDatabase;
let write: WriteBatch;

const send = () => {
  const ids = { messageId: randomUUID(), actorId: author, clientMessageId: randomUUID() };
  return { kind: 'send', text: 'x', ...ids } as const;
};

beforeAll(async () => {
  world = await createTestDatabase();
  // One connection: its own counts of rows, and the plan that it keeps.
  database = world.connect({ maxConnections: 1 }).db;
  write = createWriteBatch(database);
  for (const table of ['community_chat', 'users']) {
    await database.execute(sql`alter table folkmoot.${sql.identifier(table)} set (autovacuum_enabled = false)`);
  }
  await database.insert(rooms).values({ slug: room });
  await database.insert(users).values({ id: author, username: 'ann', name: 'Ann' });
  for (let call = 0; call < 10; call++) await write(room, [send()]);
  for (let count = 0; count < sent; count += 512) await write(room, Array.from({ length: 512 }, send));
  await database.execute(sql`
    insert into folkmoot.users (id, username, name) select gen_random_uuid(), 'many', 'Many' from generate_series(1, ${sent}::integer)
  `);
});
afterAll(() => world.close());

async function countReads(table: string, work: () => Promise<unknown>): Promise<number> {
  const before = await readCount(table);
  await work();
  return (await readCount(table)) - before;
}

async function readCount(table: string): Promise<number> {
  await database.execute(sql`select pg_stat_force_next_flush()`);
  const [count] = await database.execute<{ rows: number }>(sql`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as rows from pg_stat_user_tables
    where schemaname = 'folkmoot' and relname = ${table}
  `);
  return count?.rows ?? Number.NaN;
}

test('a send reads nothing of what its author sent before (S2, S5)', async () => {
  expect(await countReads('community_chat', () => write(room, [send()]))).toBeLessThan(10);
});

test('sends, edits and deletes read no users but their own (S5)', async () => {
  const operation = send();
  const { messageId, actorId } = operation;
  for (const one of [
    operation,
    { kind: 'edit', messageId, actorId, text: 'y' },
    { kind: 'delete', messageId, actorId, asModerator: false },
  ] as const) {
    expect(await countReads('users', () => write(room, [one])), one.kind).toBeLessThan(10);
  }
});
