import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestPostgres } from '@folkmoot/db/testing';
import { expect, it, vi } from 'vitest';
import { startServerLoad } from './server-load.ts';
import { spawnServer } from './spawn-server.ts';
import { testSecret } from './start-test-server.ts';
import { makeTemporaryDataDir } from './temporary-data-dir.ts';

const times = 4;
/** T4: how long after the return of its database everything goes on. */
const backWithinMs = 10_000;

const baseEnv = {
  AUTH_SECRET: testSecret,
  HOST: '127.0.0.1',
  PORT: '0',
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'warn',
  DRAIN_NOTICE_MS: '0',
};

it('kill -9 of the embedded PostgreSQL under load, four times: it is started again and nothing is lost (S1, T4)', async () => {
  using dataDir = makeTemporaryDataDir();
  await using server = await spawnServer({ env: { ...baseEnv, DATA_DIR: dataDir.path } });
  const load = await startServerLoad(server.url);
  for (let time = 0; time < times; time++) {
    await load.progress(backWithinMs);
    const { pid } = readPostmaster(dataDir.path);
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(
      () => {
        const now = readPostmaster(dataDir.path);
        return now.pid !== pid && now.isReady;
      },
      { timeout: 30_000, interval: 20 },
    );
    await load.progress(backWithinMs);
  }
  await load.stopSending();
  await load.expectNothingLost();
  expect(load.closeCodes()).toEqual([]);
  expect(isAlive(server.pid)).toBe(true);
  await load.close();
  expect(await server.stop()).toBe(0);
});

it.each(['kill -9', 'an orderly restart'])(
  '%s of a PostgreSQL of one’s own under load, four times: the process lives, streams stay, nothing is lost (S1, T4)',
  async (how) => {
    await using postgres = await startTestPostgres();
    await using server = await spawnServer({ env: { ...baseEnv, DATABASE_URL: postgres.url } });
    const load = await startServerLoad(server.url);
    for (let time = 0; time < times; time++) {
      await load.progress(backWithinMs);
      await (how === 'kill -9' ? postgres.kill() : postgres.stop('fast'));
      // From hardly noticed to long enough that reads fail and retries have backed off.
      await sleep(time * 1_000);
      await postgres.start();
      await load.progress(backWithinMs);
    }
    await load.stopSending();
    await load.expectNothingLost();
    expect(load.closeCodes()).toEqual([]);
    expect(isAlive(server.pid)).toBe(true);
    await load.close();
    expect(await server.stop()).toBe(0);
  },
);

it('a database that is away for 30 s ends nothing: sends fail as retryable, streams go on within 10 s of its return (T4)', async () => {
  await using postgres = await startTestPostgres();
  await using server = await spawnServer({ env: { ...baseEnv, DATABASE_URL: postgres.url } });
  const load = await startServerLoad(server.url);
  await load.progress(backWithinMs);
  await postgres.stop();
  await vi.waitUntil(async () => (await fetch(`${server.url}/readyz`)).status === 503, {
    timeout: 10_000,
    interval: 100,
  });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  // The outage itself: the rule speaks of 30 s (T4).
  await sleep(30_000);
  expect(load.retries()).toBeGreaterThan(0);
  await postgres.start();
  await load.progress(backWithinMs);
  await vi.waitUntil(async () => (await fetch(`${server.url}/readyz`)).status === 200, {
    timeout: 10_000,
    interval: 100,
  });
  await load.stopSending();
  await load.expectNothingLost();
  expect(load.closeCodes()).toEqual([]);
  await load.close();
});

function readPostmaster(dataDir: string): { pid: number; isReady: boolean } {
  try {
    const lines = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), isReady: lines[7]?.trim() === 'ready' };
  } catch {
    return { pid: 0, isReady: false };
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
