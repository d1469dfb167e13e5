import { setTimeout as sleep } from 'node:timers/promises';
import { startTestPostgres } from '@folkmoot/db/testing';
import postgres from 'postgres';
import { askDatabase } from '../cluster/ask-database.ts';
import type { FaultRun, FaultScenario } from './fault-scenario.ts';

const foreignMs = 60_000;
const lockedMs = 12_000;
const fullMs = 10_000;
const maxConnections = 60;
const stallMs = 2_000;

/** A foreign transaction, a foreign lock and foreign connections, one after the other. */
export const databaseBusy: FaultScenario = {
  name: 'database-busy',
  fault: 'pool exhausted; a foreign transaction open for a minute',
  passesWhen: 'sends fail as retryable, reads work, the log does not stall',
  plan: {
    bus: 'postgres',
    startDatabase: async () => startTestPostgres({ settings: { max_connections: String(maxConnections) } }),
  },
  members: { count: 8, writers: 5, everyMs: 100 },
  async run(run) {
    await holdTransaction(run);
    await holdRoomLock(run);
    await takeAllConnections(run);
  },
};

/** It has written and read, and keeps its snapshot: the log goes on as if it were not there. */
async function holdTransaction({ cluster, members, note, expect }: FaultRun): Promise<void> {
  const sinceMs = Date.now();
  await askDatabase(cluster.database.url, async (sql) => {
    await sql`create table if not exists public.foreign_table (at timestamptz)`;
    await sql.begin('isolation level repeatable read', async (foreign) => {
      await foreign`insert into public.foreign_table select now() from folkmoot.room_events limit 1`;
      await sleep(foreignMs);
    });
  });
  const longest = Math.max(
    ...members.slice(0, 5).map(({ history }) =>
      longestGap(
        history.writes.flatMap(({ answer }) => answer?.atMs ?? []),
        sinceMs,
      ),
    ),
  );
  note('longest wait of a writer beside a foreign transaction, ms', longest);
  expect(longest <= stallMs, `Beside a foreign transaction a writer waited ${longest} ms.`);
}

/** It holds what every write needs: writes fail as retryable, reads go on. */
async function holdRoomLock({ cluster, room, members, note, expect }: FaultRun): Promise<void> {
  const [reader] = members;
  if (!reader) throw new Error('There is a member.');
  let [reads, failures] = [0, 0];
  await askDatabase(cluster.database.url, async (sql) =>
    sql.begin(async (foreign) => {
      await foreign`select from folkmoot.rooms where slug = ${room} for update`;
      for (const untilMs = Date.now() + lockedMs; Date.now() < untilMs; reads++) {
        await reader.chat.history.query({ room, limit: 20 }).catch(() => failures++);
        await sleep(200);
      }
    }),
  );
  note('reads while the room was locked', reads);
  expect(failures === 0, `${failures} of ${reads} reads failed while the room was locked.`);
}

/** Every connection that PostgreSQL has is taken, and those of the nodes are ended. */
async function takeAllConnections({ cluster, members, goOn, note, expect }: FaultRun): Promise<void> {
  const { url } = cluster.database;
  const foreign = Array.from({ length: maxConnections }, () =>
    postgres(url, { max: 1, onnotice: () => {}, backoff: () => 0.05 }),
  );
  await askDatabase(url, async (admin) => {
    for (const untilMs = Date.now() + fullMs; Date.now() < untilMs;) {
      await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'folkmoot%'`;
      await Promise.all(foreign.map(async (sql) => sql`select 1`.catch(() => undefined)));
    }
  });
  const sinceMs = Date.now();
  await Promise.all(foreign.map(async (sql) => sql.end({ timeout: 1 })));
  await goOn(5_000);
  const failed = members.flatMap(({ history }) => history.writes.flatMap(({ failedTries }) => failedTries));
  const goneOn = members
    .slice(0, 5)
    .every(({ history }) => history.writes.some(({ answer }) => (answer?.atMs ?? 0) > sinceMs));
  note('tries that failed and were repeated', [...new Set(failed)].join(', '));
  expect(goneOn, 'Not every writer went on within 5 s after connections were free again.');
}

function longestGap(atMs: readonly number[], sinceMs: number): number {
  const after = atMs.filter((time) => time >= sinceMs);
  return Math.max(0, ...after.slice(1).map((time, index) => time - (after[index] ?? time)));
}
