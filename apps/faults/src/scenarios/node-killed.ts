import { pick } from '../seeded-random.ts';
import { percentile } from '../waiting.ts';
import type { FaultScenario } from './fault-scenario.ts';

const kills = 4;
const everyMs = 5_000;
const backWithinMs = 5_000;

export const nodeKilled: FaultScenario = {
  name: 'node-killed',
  fault: 'kill -9 of one of three nodes every 5 s under load',
  passesWhen: 'clients are back within 5 s (p95)',
  plan: { bus: 'postgres' },
  members: { count: 12, writers: 6, everyMs: 100 },
  async run({ cluster, members, random, goOn, note, expect }) {
    await goOn(2_000);
    for (let kill = 0; kill < kills; kill++) {
      const node = pick(random, cluster.nodes);
      const rest = goOn(everyMs);
      await node.kill();
      await node.start();
      await rest;
    }
    const outages = members.flatMap(({ history }) => history.outages);
    const backMs = outages.map(({ fromMs, toMs = Date.now() }) => toMs - fromMs);
    const p95 = percentile(backMs, 0.95);
    note('connections lost', outages.length);
    note('back after, ms p50', percentile(backMs, 0.5) ?? 0);
    note('back after, ms p95', p95 ?? 0);
    expect(outages.length > 0, 'No client lost its connection: nothing was shown.');
    expect(p95 === undefined || p95 <= backWithinMs, `Clients were back after ${p95} ms (p95).`);
  },
};
