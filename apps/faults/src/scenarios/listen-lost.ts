import { askDatabase } from '../cluster/ask-database.ts';
import { expectBusHeals, expectDeliveryWhile, writeAtOneNode } from './expect-prompt-delivery.ts';
import type { FaultScenario } from './fault-scenario.ts';

const blackHoleMs = 18_000;
const cutMs = 8_000;
const hearing = [0, 1];

export const listenLost: FaultScenario = {
  name: 'listen-lost',
  fault: 'LISTEN connection alone black-holed or killed; NOTIFY off',
  passesWhen: 'delivery goes on by polling, p99 under 1.5 s',
  plan: {
    bus: 'postgres',
    // NOTIFY stays within a database: the third node listens where nobody speaks, as behind a pooler.
    env: (index, databaseUrl) => (index === 2 ? { DATABASE_LISTEN_URL: elsewhere(databaseUrl) } : {}),
  },
  members: { count: 9, writers: 0, everyMs: 0 },
  async run(run) {
    const { cluster, goOn } = run;
    const links = cluster.nodes.map((node) => node.links.listen);
    await expectBusHeals(run, hearing, 'the start');
    await writeAtOneNode(run);
    await expectDeliveryWhile(run, 'one node hears nothing', async () => goOn(5_000));

    await expectDeliveryWhile(run, 'LISTEN is black-holed', async () => {
      for (const link of links) link.set({ isBlackHole: true });
      await goOn(blackHoleMs);
    });
    for (const link of links) link.set();
    await expectBusHeals(run, hearing, 'the black hole');

    await expectDeliveryWhile(run, 'LISTEN is refused', async () => {
      await Promise.all(links.map(async (link) => link.cut()));
      await goOn(cutMs);
    });
    await Promise.all(links.map(async (link) => link.restore()));
    await expectBusHeals(run, hearing, 'the refusals');

    await expectDeliveryWhile(run, 'LISTEN is terminated', async () => {
      await askDatabase(
        cluster.database.url,
        async (sql) =>
          sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'folkmoot-listen'`,
      );
      await goOn(3_000);
    });
    await expectBusHeals(run, hearing, 'the termination');
  },
};

function elsewhere(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.pathname = '/postgres';
  return url.href;
}
