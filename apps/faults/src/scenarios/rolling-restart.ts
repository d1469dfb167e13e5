import type { ClientHistory } from '../check/client-history.ts';
import { percentile } from '../waiting.ts';
import type { FaultScenario } from './fault-scenario.ts';

/** The balancer has to have seen the new node before the next one goes. */
const betweenMs = 1_000;
/** At most half of those who are sent away may come within this time: they are told one slice after the other. */
const rushMs = 500;
/** Fewer say nothing of how they were spread. */
const enough = 8;

export const rollingRestart: FaultScenario = {
  name: 'rolling-restart',
  fault: 'SIGTERM rolling restart of all three',
  passesWhen: 'no call fails, no event is doubled, clients are spread over the drain window',
  plan: { bus: 'postgres' },
  members: { count: 48, writers: 6, everyMs: 100, ways: ['websocket', 'sse', 'websocket'] },
  async run({ cluster, members, goOn, note, expect }) {
    await goOn(2_000);
    const histories = members.map(({ history }) => history);
    const rushes: number[] = [];
    let moved = 0;
    for (const node of cluster.nodes) {
      const sinceMs = Date.now();
      await node.stop();
      const openedAtMs = socketsOpenedSince(histories, sinceMs);
      moved += openedAtMs.length;
      if (openedAtMs.length >= enough) rushes.push(largestRush(openedAtMs) / openedAtMs.length);
      await node.start();
      await cluster.balancer.checked();
      await goOn(betweenMs);
    }
    const failed = histories.flatMap(({ writes }) => writes.flatMap(({ failedTries }) => failedTries));
    const rush = Math.max(0, ...rushes);
    const outages = histories.flatMap((history) =>
      history.outages.map(({ fromMs, toMs }) => (toMs ?? Date.now()) - fromMs),
    );
    note('sockets that moved', moved);
    note('calls that failed', failed.length === 0 ? 0 : `${failed.length} (${[...new Set(failed)].join(', ')})`);
    note(`largest share that moved within ${rushMs} ms, %`, rush * 100);
    note('streams that were lost and resumed', outages.length);
    note('back after, ms p95', percentile(outages, 0.95) ?? 0);
    expect(failed.length === 0, `${failed.length} calls failed (${[...new Set(failed)].join(', ')}).`);
    expect(rushes.length > 0, 'Too few sockets moved to say how they were spread.');
    expect(rush <= 0.5, `${Math.round(rush * 100)} % of the sockets of a node moved within ${rushMs} ms.`);
  },
};

function socketsOpenedSince(histories: readonly ClientHistory[], sinceMs: number): number[] {
  return histories.flatMap(({ openedAtMs }) => openedAtMs.filter((atMs) => atMs >= sinceMs));
}

function largestRush(atMs: readonly number[]): number {
  return Math.max(...atMs.map((from) => atMs.filter((at) => at >= from && at < from + rushMs).length));
}
