import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectDatabase, type DatabaseClient } from './connect-database.ts';
import { isConnectionError } from './database-error.ts';
import { startTestPostgres, type TestPostgres } from './testing/start-test-postgres.ts';

/*
 * postgres.js as published writes to a socket that is gone, from a callback where nobody can catch it, and leaves
 * queries of a lost transaction waiting for ever or runs them outside of it. The patch in patches/ is held here.
 */

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.close());

/** Longer than any query may take to succeed or fail, once the database is back. */
const settleMs = 15_000;

type Load = {
  /** Waits until each worker has got something done, from now on. */
  progress(): Promise<void>;
  /** Ends the load, and fails if anything never settled. */
  stop(): Promise<void>;
  acknowledged: Set<string>;
  errors: unknown[];
};

function startLoad(sql: DatabaseClient): Load {
  const acknowledged = new Set<string>();
  const errors: unknown[] = [];
  const successes: number[] = [];
  let stopping = false;
  let ids = 0;

  const insert = async () => {
    const id = `plain-${ids++}`;
    await sql`insert into work (id, part) values (${id}, 1)`;
    acknowledged.add(id);
  };
  const insertMany = async () => {
    const id = `many-${ids++}`;
    const parts = Array.from({ length: 200 }, (_, part) => part);
    await sql`insert into work (id, part) select ${id}, part from unnest(${parts}::int[]) as part`;
    acknowledged.add(id);
  };
  const transaction = async () => {
    const id = `transaction-${ids++}`;
    await sql.begin(async (tx) => {
      await tx`insert into work (id, part) values (${id}, 1)`;
      await pause(1);
      await tx`insert into work (id, part) values (${id}, 2)`;
    });
    acknowledged.add(id);
  };
  // A lost transaction must not go on over the next connection, even if its code shrugs off the loss.
  const stubbornTransaction = async () => {
    const id = `transaction-${ids++}`;
    await sql.begin(async (tx) => {
      await tx`insert into work (id, part) values (${id}, 1)`.catch((error: unknown) => errors.push(error));
      await Promise.allSettled([pause(5), tx`select pg_sleep(0.005)`, tx`select 1`]);
      await tx`insert into work (id, part) values (${id}, 2)`;
    });
    acknowledged.add(id);
  };
  const reserved = async () => {
    const id = `reserved-${ids++}`;
    const connection = await sql.reserve();
    try {
      await Promise.all([connection`select 1`, connection`select pg_sleep(0.002)`]);
      await connection`insert into work (id, part) values (${id}, 1)`;
      acknowledged.add(id);
    } finally {
      connection.release();
    }
  };

  const kinds = [
    insert,
    insert,
    insertMany,
    transaction,
    transaction,
    stubbornTransaction,
    stubbornTransaction,
    reserved,
  ];
  const workers = [...kinds, ...kinds].map(async (work, worker) => {
    successes[worker] = 0;
    while (!stopping) {
      try {
        await work();
        successes[worker] = (successes[worker] ?? 0) + 1;
      } catch (error) {
        errors.push(error);
        await pause(1);
      }
    }
  });
  return {
    acknowledged,
    errors,
    async progress() {
      const before = [...successes];
      await expect
        .poll(() => successes.every((count, worker) => count > (before[worker] ?? 0)), { timeout: settleMs })
        .toBe(true);
    },
    async stop() {
      stopping = true;
      const late = pause(settleMs, 'late', { ref: false });
      expect(await Promise.race([Promise.all(workers).then(() => 'settled'), late])).toBe('settled');
    },
  };
}

const ends = {
  'an orderly restart': () => postgres.stop(),
  'a kill -9 of the postmaster': () => postgres.kill(),
};

for (const [name, end] of Object.entries(ends)) {
  test(`T4: four times ${name} under load: every query settles, nothing crashes, work resumes`, async () => {
    const { sql, close } = connectDatabase({ url: postgres.url, maxConnections: 6 });
    onTestFinished(close);
    await sql`drop table if exists work`;
    await sql`create table work (id text, part int)`;
    const load = startLoad(sql);

    for (let round = 0; round < 4; round++) {
      await load.progress();
      await end();
      await pause(round * 100);
      await postgres.start();
      await load.progress();
    }
    await load.stop();

    expect(load.errors.length).toBeGreaterThan(0);
    expect(load.errors.filter((error) => !isConnectionError(error))).toEqual([]);
    const stored = await sql<{ id: string; parts: number }[]>`select id, count(*)::int as parts from work group by id`;
    const storedIds = new Set(stored.map(({ id }) => id));
    expect([...load.acknowledged].filter((id) => !storedIds.has(id))).toEqual([]);
    expect(stored.filter(({ id, parts }) => id.startsWith('transaction') && parts !== 2)).toEqual([]);
  });
}
