import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, inject, onTestFinished, test } from 'vitest';
import { DatabaseUrlError } from './database-url.ts';
import { DatabaseSchemaError, migrateDatabase } from './migrate-database.ts';
import { migrationsFolder } from './migration-files.ts';

/** A database without our tables, which is what these tests are about. */
async function makeEmptyDatabase(): Promise<{ url: string; sql: postgres.Sql }> {
  const url = new URL(inject('folkmootTestClusterUrl'));
  url.pathname = '/postgres';
  const admin = postgres(url.href, { max: 1, onnotice: () => {} });
  const name = `empty_${process.pid}_${randomBytes(6).toString('hex')}`;
  await admin`create database ${admin(name)}`;
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 2, onnotice: () => {} });
  onTestFinished(async () => {
    await sql.end({ timeout: 1 });
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  });
  return { url: url.href, sql };
}

const countTables = async (sql: postgres.Sql, schema: string) =>
  (await sql`select from pg_catalog.pg_tables where schemaname = ${schema}`).length;

test('thirty nodes that start at once all succeed, and each migration is applied once', async () => {
  const { url, sql } = await makeEmptyDatabase();
  await Promise.all(Array.from({ length: 30 }, () => migrateDatabase({ url })));

  const journal: unknown = JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8'));
  const applied = await sql`select hash from folkmoot.migrations`;
  expect(journal).toMatchObject({ entries: expect.objectContaining({ length: applied.length }) });
  expect(await sql`select slug from folkmoot.rooms`).toEqual([]);
});

test('a node waits for the one that migrates, beyond all time limits of its role, and says so', async () => {
  const { url, sql } = await makeEmptyDatabase();
  const [{ role } = { role: '' }] = await sql<{ role: string }[]>`select current_user as role`;
  const holder = await sql.reserve();
  onTestFinished(() => holder.release());
  await holder`select pg_advisory_lock(${0x666f_6c6b}::int, ${0x6d6f_6f74}::int)`;
  await sql`alter role ${sql(role)} in database ${sql(new URL(url).pathname.slice(1))} set lock_timeout = '50ms'`;
  await sql`alter role ${sql(role)} in database ${sql(new URL(url).pathname.slice(1))} set statement_timeout = '80ms'`;

  const said: string[] = [];
  const info = (message: string) => said.push(message);
  const waiting = migrateDatabase({ url, logger: { info, warn: () => {}, error: () => {} } });
  await expect
    .poll(
      () => sql`select from pg_stat_activity where wait_event = 'advisory'
      and datname = current_database() and query_start < clock_timestamp() - interval '200 ms'`,
    )
    .toHaveLength(1);
  await holder`select pg_advisory_unlock_all()`;
  await waiting;

  expect(said).toEqual(['Another node is migrating the database. Waiting for it.']);
});

test('a host’s tables and its own Drizzle journal in the same database are left alone', async () => {
  const { url, sql } = await makeEmptyDatabase();
  const future = Date.now() + 1e10;
  await sql`create table users (id int primary key, name text)`;
  await sql`insert into users values (1, 'host')`;
  await sql`create schema drizzle`;
  await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('host', ${future})`;
  const before = [await countTables(sql, 'public'), await countTables(sql, 'drizzle')];

  await migrateDatabase({ url });
  await migrateDatabase({ url });

  expect([await countTables(sql, 'public'), await countTables(sql, 'drizzle')]).toEqual(before);
  expect(await sql`select id, name from users`).toEqual([{ id: 1, name: 'host' }]);
  expect(await sql`select hash from drizzle.__drizzle_migrations`).toEqual([{ hash: 'host' }]);
  expect(await sql`select slug from folkmoot.rooms`).toEqual([]);
  const foreign = await sql`
    select n.nspname from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'drizzle')`;
  expect(foreign).toEqual([]);
});

test('a column or a function that is missing is named, and nobody serves without it', async () => {
  const { url, sql } = await makeEmptyDatabase();
  await migrateDatabase({ url });
  await sql`alter table folkmoot.users drop column named_at`;
  await sql`drop function folkmoot.epoch_of`;
  const refused = migrateDatabase({ url });
  await expect(refused).rejects.toThrow(DatabaseSchemaError);
  await expect(refused).rejects.toThrow(/lacks .*folkmoot\.users\.named_at, folkmoot\.epoch_of\(\).* by hand/);
});

test('a database of a newer version is used with a warning as long as it has what is needed', async () => {
  const { url, sql } = await makeEmptyDatabase();
  await migrateDatabase({ url });
  await sql`insert into folkmoot.migrations (hash, created_at) values ('newer', ${Date.now() + 1e10})`;
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  await migrateDatabase({ url, logger: { info: () => {}, warn, error: () => {} } });
  // The cluster of the tests runs without fsync, which is told as well (S1).
  expect(warnings).toEqual([
    expect.stringContaining('newer version'),
    expect.stringContaining('fsync = off'),
    expect.stringContaining('full_page_writes = off'),
  ]);

  await sql`alter table folkmoot.users drop column named_at`;
  await expect(migrateDatabase({ url })).rejects.toThrow(
    /folkmoot\.users\.named_at\. It was migrated by a newer version/,
  );
});

test('a migration that Drizzle would pass over in silence is refused', async () => {
  const { url } = await makeEmptyDatabase();
  await migrateDatabase({ url });
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-migrations-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(migrationsFolder, folder, { recursive: true });
  const journalFile = join(folder, 'meta', '_journal.json');
  const journal: { entries: object[] } = JSON.parse(readFileSync(journalFile, 'utf8'));
  journal.entries.unshift({ idx: -1, version: '7', when: 1, tag: 'forgotten', breakpoints: true });
  writeFileSync(journalFile, JSON.stringify(journal));
  writeFileSync(join(folder, 'forgotten.sql'), 'create table folkmoot.forgotten (id int);');

  await expect(migrateDatabase({ url, folder })).rejects.toThrow(/other migrations .*: 1 of \d+ were not applied/);
});

test('a database that cannot be reached, or is not there, is one sentence without the password', async () => {
  const cluster = new URL(inject('folkmootTestClusterUrl'));
  const wrongPassword = Object.assign(new URL(cluster), { password: 'sesame' }).href;
  const noDatabase = Object.assign(new URL(cluster), { pathname: '/nowhere' }).href;
  const refusals = [
    [
      'postgres://user:sesame@127.0.0.1:1/chat',
      /Cannot use the database at 127\.0\.0\.1:1\/chat: nothing listens there/,
    ],
    [wrongPassword, /password authentication failed.* Check DATABASE_URL/],
    [noDatabase, /database "nowhere" does not exist\. Check DATABASE_URL/],
  ] as const;
  for (const [url, sentence] of refusals) {
    const refused = migrateDatabase({ url });
    await expect(refused).rejects.toThrow(DatabaseUrlError);
    await expect(refused).rejects.toThrow(sentence);
    await expect(refused).rejects.not.toThrow(/sesame/);
  }
});

test('a server that speaks something else is told too', async () => {
  const server = createServer((socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(migrateDatabase({ url: `postgres://user@127.0.0.1:${port}/chat` })).rejects.toThrow(DatabaseUrlError);
});
