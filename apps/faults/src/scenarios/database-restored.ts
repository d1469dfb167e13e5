import { join } from 'node:path';
import { askDatabase } from '../cluster/ask-database.ts';
import { startDebianPostgres } from '../cluster/debian-postgres.ts';
import { expectAllReset } from './expect-all-reset.ts';
import type { FaultRun, FaultScenario } from './fault-scenario.ts';

const loadMs = 4_000;
/** In a deadlock with the nodes, which go on meanwhile, it is they who give way. */
const patient = encodeURIComponent('-c deadlock_timeout=60s');

type Tools = { url: string; program: (name: string, ...args: string[]) => Promise<string> };

/** The dump is older by some seconds of writes, which are lost with everything that clients saw of them. */
async function restoreOlderDump(run: FaultRun, restore: (tools: Tools, dump: string) => Promise<void>): Promise<void> {
  const { cluster, goOn, rewound } = run;
  const { url, dataDir, run: program } = cluster.database;
  if (!program) throw new Error('This database has no pg_dump.');
  const dump = join(dataDir, 'older.dump');
  await goOn(loadMs);
  const dumpedAtMs = Date.now();
  await program('pg_dump', '--format=custom', '--schema=folkmoot', `--file=${dump}`, url);
  await goOn(loadMs);
  await restore({ url, program }, dump);
  rewound(dumpedAtMs, Date.now());
  await expectAllReset(run, dumpedAtMs);
  await goOn(loadMs);
}

const shared = {
  passesWhen: 'every client gets `reset`, none diverges',
  plan: { bus: 'postgres', startDatabase: async () => startDebianPostgres() },
  members: { count: 9, writers: 6, everyMs: 100 },
} as const;

export const restoredInPlace: FaultScenario = {
  ...shared,
  name: 'restored-in-place',
  fault: 'a database restored from an older dump, in place',
  run: async (run) =>
    restoreOlderDump(run, async ({ url, program }, dump) => {
      await program('pg_restore', '--clean', '--single-transaction', `--dbname=${url}?options=${patient}`, dump);
    }),
};

export const restoredElsewhere: FaultScenario = {
  ...shared,
  name: 'restored-elsewhere',
  fault: 'a database restored from an older dump, into a new one',
  run: async (run) =>
    restoreOlderDump(run, async ({ url, program }, dump) => {
      const admin = url.replace(/\w+$/, 'postgres');
      await askDatabase(admin, async (sql) => sql`create database restored`);
      await program('pg_restore', '--single-transaction', `--dbname=${url.replace(/\w+$/, 'restored')}`, dump);
      await askDatabase(admin, async (sql) => {
        await sql`alter database folkmoot with allow_connections false`;
        await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'folkmoot'`;
        // Ended sessions are still there for a moment.
        await sql`select pg_sleep(0.5)`;
        await sql`alter database folkmoot rename to folkmoot_before`;
        await sql`alter database restored rename to folkmoot`;
      });
    }),
};
