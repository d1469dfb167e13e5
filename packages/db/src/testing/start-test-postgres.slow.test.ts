import { existsSync } from 'node:fs';
import postgres from 'postgres';
import { expect, onTestFinished, test } from 'vitest';
import { isConnectionError } from '../database-error.ts';
import { startTestPostgres } from './start-test-postgres.ts';

test('a cluster of a test’s own is durable, stays down when stopped or killed, and comes back with its data', async () => {
  const cluster = await startTestPostgres();
  onTestFinished(() => cluster.close());
  const sql = postgres(cluster.url, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 1 }));
  expect(await sql`select current_setting('fsync') as fsync`).toEqual([{ fsync: 'on' }]);
  await sql`create table kept (id int)`;

  for (const end of [() => cluster.stop(), () => cluster.kill(), () => cluster.stop('immediate')]) {
    const pid = cluster.pid();
    await end();
    await expect.poll(() => sql`select 1`.then(() => undefined, isConnectionError)).toBe(true);
    await cluster.start();
    expect(cluster.pid()).not.toBe(pid);
    await expect.poll(() => sql`select count(*)::int as n from kept`.catch(() => [])).toEqual([{ n: 0 }]);
  }
  await cluster.close();
  expect(existsSync(cluster.dataDir)).toBe(false);
});
