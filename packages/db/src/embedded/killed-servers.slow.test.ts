import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startEmbeddedServer, type EmbeddedServer } from '../../test/embedded-server.ts';
import { silentLogger } from '../database-logger.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { readProcessIdentity } from './process-identity.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './start-embedded-postgres.ts';
import { findClosedFolder } from './traversable.ts';

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534, name: 'nobody' };
const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const patience = { timeout: 60_000 };

let folder: string;
let made: string;
let dataDir: string;
let tests = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-killed-'));
  chmodSync(folder, 0o755);
  made = join(folder, 'made');
  const embedded = await startEmbeddedPostgres({ dataDir: made, logger: silentLogger });
  const sql = postgres(embedded.url, { max: 1 });
  await sql`create table kept (id int)`;
  await sql.end();
  await embedded.close();
});
beforeEach(() => {
  dataDir = join(folder, String(tests++));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

/** A folder on which a server ran before and was stopped in order. */
function copyMade(): void {
  execFileSync('cp', ['-a', made, dataDir]);
}

async function start(): Promise<EmbeddedPostgres> {
  const embedded = await startEmbeddedPostgres({ dataDir, logger: silentLogger });
  onTestFinished(() => embedded.close());
  return embedded;
}

async function startServer(user?: { uid: number; gid: number }): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer(dataDir, user);
  onTestFinished(() => server.stop());
  return server;
}

function urlOf(server: EmbeddedServer): string {
  if ('refused' in server.said) throw new Error(server.said.refused);
  return server.said.url;
}

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

const postmasterPid = () => readPostmasterPid(join(dataDir, 'postgres'))?.pid ?? 0;
const countKept = (sql: postgres.Sql) => sql<{ n: number }[]>`select count(*)::int as n from kept`;

/** Sessions that are open outlive a killed postmaster by a moment and would answer: the new pid comes first. */
async function waitForSuccessor(pid: number, sql: postgres.Sql): Promise<void> {
  await expect.poll(postmasterPid, patience).not.toBe(pid);
  await expect.poll(() => countKept(sql).catch(() => []), patience).toEqual([{ n: 0 }]);
}

test('after a kill -9 of the server its PostgreSQL is found and used, with all that it holds', async () => {
  copyMade();
  const server = await startServer();
  const pid = postmasterPid();
  await server.kill();

  const next = await start();

  expect(next).toMatchObject({ adopted: true, url: urlOf(server) });
  expect(postmasterPid()).toBe(pid);
  expect(await countKept(connect(next.url))).toEqual([{ n: 0 }]);
  await next.close();
  expect(readProcessIdentity(pid)).toBeUndefined();
});

test('T4: an adopted PostgreSQL that dies is started again too', async () => {
  copyMade();
  const server = await startServer();
  await server.kill();
  const next = await start();
  expect(next.adopted).toBe(true);
  const pid = postmasterPid();

  process.kill(pid, 'SIGKILL');

  await waitForSuccessor(pid, connect(next.url));
});

test('a kill -9 of both, with sessions at work, leaves nothing that hinders the next start', async () => {
  copyMade();
  const server = await startServer();
  const busy = connect(urlOf(server))`select pg_sleep(1)`.catch((error: unknown) => error);
  const pid = postmasterPid();
  await server.kill();
  process.kill(pid, 'SIGKILL');

  const next = await start();

  expect(next.adopted).toBe(false);
  expect(await countKept(connect(next.url))).toEqual([{ n: 0 }]);
  await busy;
});

test('a second server process is refused with the one that holds the folder', async () => {
  copyMade();
  const first = await startServer();
  const second = await startServer();
  expect(second.said).toEqual({ refused: expect.stringContaining(`in use by another server: process ${first.pid}`) });
  expect(await countKept(connect(urlOf(first)))).toEqual([{ n: 0 }]);
});

test('of several first starts at once one gets the folder, and its database is whole', async () => {
  const servers = await Promise.all(Array.from({ length: 4 }, () => startServer()));

  const winners = servers.filter(({ said }) => !('refused' in said));
  const refused = servers.flatMap(({ said }) => ('refused' in said ? [said.refused] : []));
  expect(winners).toHaveLength(1);
  expect(refused).toEqual(Array(3).fill(expect.stringContaining('is in use by another server')));
  for (const winner of winners) await connect(urlOf(winner))`create table whole (id int)`;
});

test('T4: a PostgreSQL that dies is started again on the same port, each time, and it is told', async () => {
  copyMade();
  const embedded = await start();
  const sql = connect(embedded.url);
  let exits = 0;
  embedded.onExit(() => exits++);

  for (let round = 1; round <= 3; round++) {
    const pid = postmasterPid();
    process.kill(pid, 'SIGKILL');
    await waitForSuccessor(pid, sql);
    expect(exits).toBe(round);
  }
});

test('a postmaster.pid whose pid belongs to another process by now is no hindrance', async () => {
  copyMade();
  const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
  writeFileSync(pidFile, `${process.pid}\n${dataDir}\n1\n1234\n\n127.0.0.1\n  1 1\nready\n`);
  const { uid, gid } = statSync(join(dataDir, 'postgres'));
  chownSync(pidFile, uid, gid);

  const next = await start();

  expect(next.adopted).toBe(false);
  expect(await countKept(connect(next.url))).toEqual([{ n: 0 }]);
});

test.runIf(isRoot && process.platform === 'linux')(
  'a data folder below one that PostgreSQL’s account may not enter works all the same',
  async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    dataDir = join(closed, 'data');
    const first = await start();
    await connect(first.url)`create table kept (id int)`;
    await first.close();

    const second = await start();
    const sql = connect(second.url);
    expect(await countKept(sql)).toEqual([{ n: 0 }]);
    const pid = postmasterPid();
    process.kill(pid, 'SIGKILL');
    await waitForSuccessor(pid, sql);
  },
);

test.runIf(isRoot && findClosedFolder(repository, nobody) === undefined)(
  'an ordinary user runs it as itself',
  async () => {
    mkdirSync(dataDir);
    chownSync(dataDir, nobody.uid, nobody.gid);
    const server = await startServer(nobody);
    expect(await connect(urlOf(server))`select 1 as one`).toEqual([{ one: 1 }]);
    expect(statSync(`/proc/${postmasterPid()}`).uid).toBe(nobody.uid);
  },
);
