import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemDelay, type Delay } from '../delay.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { readProcessIdentity } from './process-identity.ts';

/*
 * One server a data folder, though a server can be killed and leave its lock behind, its pid can come back as another
 * process, and two can start at once. Removing a dead lock and making one's own cannot be one step: whoever is slow
 * between the two removes the lock of someone who was faster. So no lock is ever replaced. Locks are numbered; to take
 * over from a dead one is to create the next number, which the file system gives to one process only, and whoever
 * sees a higher number than its own after that has come late and gives up. Lower numbers are dead and tidied away.
 */

export type DataDirLock = { release(): void };

type Holder = { pid: number; identity: string; host: string; since: string };

const namePattern = /^server-(\d+)\.lock$/;
const heartbeatMs = 2_000;
/** How long a lock of another host, or one without its text yet, is watched for a sign of life. */
const watchMs = 5_000;
const unwrittenMs = 1_000;

/**
 * Takes the data folder for this process, or throws a sentence that says who has it. A lock left by a dead process is
 * taken over, also when its pid belongs to another process by now.
 */
export async function lockDataDir(dataDir: string, delay: Delay = systemDelay): Promise<DataDirLock> {
  const own: Holder = {
    pid: process.pid,
    identity: readProcessIdentity(process.pid) ?? 'unknown',
    host: hostname(),
    since: new Date().toISOString(),
  };
  for (;;) {
    const newest = Math.max(0, ...listLocks(dataDir));
    if (newest > 0) {
      const holder = await findHolder(lockPath(dataDir, newest), delay);
      if (holder) throw new EmbeddedPostgresError(describe(dataDir, holder));
    }
    if (!create(lockPath(dataDir, newest + 1), own)) continue;
    if (Math.max(...listLocks(dataDir)) > newest + 1) {
      rmSync(lockPath(dataDir, newest + 1), { force: true });
      continue;
    }
    for (const dead of listLocks(dataDir)) {
      if (dead <= newest) rmSync(lockPath(dataDir, dead), { force: true });
    }
    return hold(lockPath(dataDir, newest + 1));
  }
}

function hold(path: string): DataDirLock {
  const heartbeat = setInterval(() => touch(path), heartbeatMs).unref();
  return {
    release() {
      clearInterval(heartbeat);
      rmSync(path, { force: true });
    },
  };
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Someone emptied the data folder under a running server; the lock is the least of what is lost.
  }
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds this lock; undefined when that process is gone. */
async function findHolder(path: string, delay: Delay): Promise<Holder | undefined> {
  let holder = read(path);
  for (let waited = 0; holder === 'unwritten' && waited < unwrittenMs; waited += 50) {
    await delay(50);
    holder = read(path);
  }
  if (typeof holder === 'string') return undefined;
  if (holder.host === hostname()) return readProcessIdentity(holder.pid) === holder.identity ? holder : undefined;

  // A pid of another host or container says nothing here, but a server that lives touches its lock.
  const before = modified(path);
  for (let waited = 0; waited < watchMs; waited += 250) {
    await delay(250);
    if (modified(path) !== before) return modified(path) === undefined ? undefined : holder;
  }
  return undefined;
}

function read(path: string): Holder | 'unwritten' | 'gone' {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isHolder(value) ? value : 'unwritten';
  } catch (error) {
    return error instanceof SyntaxError ? 'unwritten' : 'gone';
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map(Object.entries(value));
  return (
    typeof fields.get('pid') === 'number' &&
    ['identity', 'host', 'since'].every((name) => typeof fields.get(name) === 'string')
  );
}

function describe(dataDir: string, { pid, host, since }: Holder): string {
  const who = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  return (
    `The data folder ${dataDir} is in use by another server: ${who}, since ${since}. ` +
    'Stop that one first, or give this one a DATA_DIR of its own.'
  );
}

function listLocks(dataDir: string): number[] {
  return readdirSync(dataDir).flatMap((name) => {
    const number = namePattern.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function lockPath(dataDir: string, number: number): string {
  return join(dataDir, `server-${number}.lock`);
}

function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
