import { startFaultProxy } from '@folkmoot/db/testing';
import { askDatabase } from '../cluster/ask-database.ts';
import { startDebianPostgres } from '../cluster/debian-postgres.ts';
import { timeUntil } from '../waiting.ts';
import { expectAllReset } from './expect-all-reset.ts';
import type { FaultScenario } from './fault-scenario.ts';

const loadMs = 4_000;
const lagMs = 500;
const streamsWithinMs = 20_000;

export const replicaPromoted: FaultScenario = {
  name: 'replica-promoted',
  fault: 'a promoted replica that lagged',
  passesWhen: 'every client gets `reset`, none diverges',
  plan: { bus: 'postgres', startDatabase: async () => startDebianPostgres() },
  members: { count: 9, writers: 6, everyMs: 100 },
  async run(run) {
    const { cluster, goOn, rewound, expect, afterwards } = run;
    const primary = new URL(cluster.database.url);
    const link = await startFaultProxy({ host: primary.hostname, port: Number(primary.port) });
    afterwards(async () => link.cut());
    const replica = await startDebianPostgres({ replicaOf: link.port });
    afterwards(async () => replica.close());
    const isStreaming = await timeUntil(
      async () =>
        askDatabase(replica.url, async (sql) => {
          const rows = await sql`select from pg_stat_wal_receiver where status = 'streaming'`;
          return rows.length > 0;
        }),
      streamsWithinMs,
    );
    expect(isStreaming !== undefined, 'The replica never streamed.');
    await goOn(loadMs);
    // What had not arrived when the link was cut is lost as well.
    const cutAtMs = Date.now() - lagMs;
    await link.cut();
    await goOn(loadMs);

    await cluster.database.kill();
    await askDatabase(replica.url, async (sql) => sql`select pg_promote()`);
    for (const { links } of cluster.nodes) {
      for (const each of [links.database, links.listen]) {
        each.retarget({ host: '127.0.0.1', port: replica.port });
        each.reset();
      }
    }
    await expectAllReset(run, cutAtMs);
    rewound(cutAtMs, Date.now());
    await goOn(loadMs);
  },
};
