import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { choosePostgresUser, findFreePort, requireTool } from '@folkmoot/db/testing';
import { timeUntil } from '../waiting.ts';
import { askDatabase } from './ask-database.ts';
import { type FaultDatabase, SkippedScenario } from './fault-cluster.ts';

const execute = promisify(execFile);
const startsWithinMs = 30_000;

/** PostgreSQL as Debian packs it: with pg_dump, pg_restore and pg_basebackup, which the embedded one lacks. */
export type DebianPostgres = FaultDatabase & {
  port: number;
  /** Runs one of its programs as its account, and gives what that printed. */
  run(program: string, ...args: string[]): Promise<string>;
};

export type DebianPostgresOptions = {
  /** Where its folder is made; that for temporary files by default. */
  parent?: string;
  settings?: Readonly<Record<string, string>>;
  /** Makes it a replica of the server that lies behind this port. */
  replicaOf?: number;
};

const database = 'folkmoot';

/** @throws SkippedScenario where it is not installed */
export async function startDebianPostgres(options: DebianPostgresOptions = {}): Promise<DebianPostgres> {
  const { parent = tmpdir(), settings = {}, replicaOf } = options;
  const found = requireTool('postgres');
  if (found === undefined) throw new SkippedScenario('postgresql-15 is not installed');
  // What is on the PATH may be a link to it, and the other programs lie beside the program itself.
  const binary = realpathSync(found);
  const folder = mkdtempSync(join(parent, 'folkmoot-debian-'));
  const user = choosePostgresUser(folder);
  if (user) chownSync(folder, user.uid, user.gid);
  const as = { cwd: folder, env: { LC_ALL: 'C.UTF-8' }, ...(user && { uid: user.uid, gid: user.gid }) };
  const dataDir = join(folder, 'data');
  const port = await findFreePort();
  const url = `postgres://postgres@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;

  async function run(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await execute(join(dirname(binary), program), args, as);
    return stdout;
  }

  async function start(): Promise<void> {
    if (child) return;
    const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), ...settings };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const started = spawn(binary, ['-D', dataDir, ...flags], { ...as, stdio: 'ignore' });
    child = started;
    started.once('exit', () => {
      child = undefined;
    });
    const isUp = await timeUntil(
      async () =>
        run('pg_isready', '-h', '127.0.0.1', '-p', String(port)).then(
          () => true,
          () => false,
        ),
      startsWithinMs,
    );
    if (isUp === undefined) throw new Error(`The PostgreSQL in ${dataDir} does not start.`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    if (!ending) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  }

  async function close(): Promise<void> {
    await end('SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  try {
    if (replicaOf === undefined) {
      await run(
        'initdb',
        `--pgdata=${dataDir}`,
        '--username=postgres',
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
      );
      await start();
      await askDatabase(url.replace(/\w+$/, 'postgres'), async (sql) => sql`create database ${sql(database)}`);
    } else {
      const primary = `postgres://postgres@127.0.0.1:${replicaOf}/postgres`;
      await run(
        'pg_basebackup',
        `--pgdata=${dataDir}`,
        `--dbname=${primary}`,
        '--write-recovery-conf',
        '--checkpoint=fast',
      );
      await start();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    port,
    dataDir,
    run,
    start,
    stop: async (how = 'fast') => end(how === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    kill: async () => end('SIGKILL'),
    close,
  };
}
