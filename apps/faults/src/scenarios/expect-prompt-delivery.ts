import { deliveryTimes } from '../check/delivery-times.ts';
import { percentile, timeUntil } from '../waiting.ts';
import type { FaultRun } from './fault-scenario.ts';

const writers = 3;
const writeEveryMs = 100;
const p99WithinMs = 1_500;
const arrivesWithinMs = 5_000;
const healsWithinMs = 30_000;

/**
 * Lets people write through the first node only: the others write nothing, from which they would learn where the log
 * is, and hear of it by hints or by polling alone.
 */
export async function writeAtOneNode({ cluster, join }: FaultRun): Promise<void> {
  const [node] = cluster.nodes;
  if (!node) throw new Error('There is a node.');
  const joining = Array.from({ length: writers }, async (_, index) =>
    join({ name: `writer ${index + 1} at ${node.name}`, url: node.url }),
  );
  for (const writer of await Promise.all(joining)) writer.startWriting(writeEveryMs);
}

/** Does harm to the bus for so long, and holds what was sent meanwhile to the time that polling takes (R10). */
export async function expectDeliveryWhile(run: FaultRun, what: string, work: () => Promise<void>): Promise<void> {
  const fromMs = Date.now();
  await work();
  const toMs = Date.now();
  // What was sent last has to have a chance to arrive.
  await run.goOn(arrivesWithinMs);
  const times = deliveryTimes(
    run.members.map(({ history }) => history),
    fromMs,
    toMs,
  );
  const p99 = percentile(times, 0.99);
  run.note(`delivery while ${what}, ms p50`, percentile(times, 0.5) ?? 'never');
  run.note(`delivery while ${what}, ms p99`, p99 ?? 'never');
  run.expect(p99 !== undefined && p99 <= p99WithinMs, `While ${what} delivery took ${p99} ms (p99).`);
}

/** Waits until hints pass again on every node of these, without a restart. */
export async function expectBusHeals(run: FaultRun, indices: readonly number[], what: string): Promise<void> {
  const nodes = indices.flatMap((index) => run.cluster.nodes[index] ?? []);
  const tookMs = await timeUntil(async () => {
    const up = await Promise.all(nodes.map(async (node) => node.metric('folkmoot_bus_up')));
    return up.every((value) => value === 1);
  }, healsWithinMs);
  if (tookMs !== undefined) run.note(`hints passed again after ${what}, ms`, tookMs);
  run.expect(tookMs !== undefined, `After ${what} hints did not pass again within ${healsWithinMs / 1_000} s.`);
}
