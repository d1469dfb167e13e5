import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../database-logger.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { readProcessIdentity } from './process-identity.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './start-embedded-postgres.ts';

/* Making a cluster takes the most of it, so these share one; what kills processes is in the slow tests. */

let folder: string;
let dataDir: string;
let embedded: EmbeddedPostgres;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-embedded-'));
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'data');
  embedded = await start();
});
afterAll(async () => {
  await embedded.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = () => startEmbeddedPostgres({ dataDir, logger: silentLogger });
const inCluster = (name: string) => join(dataDir, 'postgres', name);
const postmasterPid = () => readPostmasterPid(inCluster(''))?.pid ?? 0;

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

test('the embedded PostgreSQL is durable and listens on loopback only', async () => {
  const [settings] = await connect(embedded.url)`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      current_setting('full_page_writes') as pages, current_setting('listen_addresses') as addresses,
      current_setting('unix_socket_directories') as sockets, current_setting('server_encoding') as encoding`;
  expect(settings).toEqual({
    fsync: 'on',
    commit: 'on',
    pages: 'on',
    addresses: '127.0.0.1',
    sockets: '',
    encoding: 'UTF8',
  });
});

test('it wants the password, which we alone can read', async () => {
  const stranger = connect(`postgres://postgres:guess@127.0.0.1:${embedded.port}/folkmoot`);
  await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
  expect(statSync(inCluster('')).mode & 0o077).toBe(0);
});

test.runIf(process.getuid?.() === 0)('started by root, PostgreSQL does not run as root', () => {
  const { uid } = statSync(`/proc/${postmasterPid()}`);
  expect(uid).not.toBe(0);
  expect(statSync(inCluster('')).uid).toBe(uid);
});

test('it is not in the process group that Ctrl-C goes to', () => {
  const group = (pid: number) => execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  expect(group(postmasterPid())).not.toBe(group(process.pid));
});

test('a second one on the folder is refused with the process that holds it, and does no harm', async () => {
  await expect(start()).rejects.toThrow(
    new RegExp(`${dataDir} is in use by another server: process ${process.pid}, since .* DATA_DIR`),
  );
  expect(await connect(embedded.url)`select 1 as one`).toEqual([{ one: 1 }]);
});

test('a later start finds the data again, on whatever port', async () => {
  const sql = connect(embedded.url);
  await sql`create table kept (id int)`;
  await sql`insert into kept values (1)`;
  const pid = postmasterPid();
  await Promise.all([embedded.close(), embedded.close()]);
  expect(readProcessIdentity(pid)).toBeUndefined();

  embedded = await start();

  expect(embedded.adopted).toBe(false);
  expect(await connect(embedded.url)`select id from kept`).toEqual([{ id: 1 }]);
});

test('what a person has to put right is told in a sentence, and leaves the folder free', async () => {
  await embedded.close();

  const configuration = readFileSync(inCluster('postgresql.conf'));
  writeFileSync(inCluster('postgresql.conf'), 'no_such_setting = on\n');
  await expect(start()).rejects.toThrow(/did not start: .*no_such_setting/);
  writeFileSync(inCluster('postgresql.conf'), configuration);

  const password = join(dataDir, 'postgres-password');
  renameSync(password, `${password}.lost`);
  await expect(start()).rejects.toThrow(/postgres-password.* is missing/);
  renameSync(`${password}.lost`, password);

  const version = readFileSync(inCluster('PG_VERSION'));
  writeFileSync(inCluster('PG_VERSION'), '15\n');
  await expect(start()).rejects.toThrow(/made by PostgreSQL 15/);
  writeFileSync(inCluster('PG_VERSION'), version);

  await expect(startEmbeddedPostgres({ dataDir: join(password, 'data'), logger: silentLogger })).rejects.toThrow(
    /cannot be written to .*Set DATA_DIR/,
  );

  embedded = await start();
});
