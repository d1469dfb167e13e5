import { setTimeout as sleep } from 'node:timers/promises';
import { timeUntil } from '../waiting.ts';
import type { FaultScenario } from './fault-scenario.ts';

const streamsGoOnWithinMs = 10_000;

/** Each way to go, and how long it stays away: from hardly noticed to longer than any write waits. */
const outages = [
  { how: 'fast', awayMs: 0 },
  { how: 'immediate', awayMs: 1_000 },
  { how: 'kill -9', awayMs: 3_000 },
  { how: 'fast', awayMs: 30_000 },
] as const;

export const databaseStopped: FaultScenario = {
  name: 'database-stopped',
  fault: 'PostgreSQL: fast stop, immediate stop, kill -9, down for 0 to 30 s',
  passesWhen: 'servers live; sends wait or fail as retryable; streams go on within 10 s of its return',
  plan: { bus: 'postgres' },
  members: { count: 9, writers: 6, everyMs: 100 },
  async run({ cluster, members, goOn, note, expect }) {
    const { database, nodes } = cluster;
    const pids = nodes.map((node) => node.pid());
    let slowestMs = 0;
    for (const { how, awayMs } of outages) {
      await goOn(2_000);
      await (how === 'kill -9' ? database.kill() : database.stop(how));
      await sleep(awayMs);
      await database.start();
      const before = members.map((member) => eventsOf(member));
      const tookMs = await timeUntil(
        () => members.every((member, index) => eventsOf(member) > (before[index] ?? 0)),
        streamsGoOnWithinMs * 2,
      );
      slowestMs = Math.max(slowestMs, tookMs ?? Number.POSITIVE_INFINITY);
      expect(
        tookMs !== undefined && tookMs <= streamsGoOnWithinMs,
        `After ${how}, ${awayMs / 1_000} s away, streams went on after ${Math.round(tookMs ?? -1)} ms.`,
      );
    }
    note('streams went on after, ms at most', slowestMs);
    expect(
      nodes.every((node, index) => node.pid() === pids[index]),
      'A server has ended.',
    );
  },
};

function eventsOf({ history }: { history: { stream: readonly { kind: string }[] } }): number {
  return history.stream.filter(({ kind }) => kind === 'event').length;
}
