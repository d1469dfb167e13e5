import { setTimeout as sleep } from 'node:timers/promises';
import { askDatabase } from '../cluster/ask-database.ts';
import type { FaultNode } from '../cluster/fault-node.ts';
import { isReady } from '../cluster/node-metrics.ts';
import { timeUntil } from '../waiting.ts';
import type { FaultRun, FaultScenario } from './fault-scenario.ts';

/** PostgreSQL's message that ends an exchange is five bytes: without it a write has run and is not committed. */
const syncBytes = 5;
/** The node asks its database every 2 s and waits 4 s for the answer, for a black hole says nothing by itself. */
const notReadyWithinMs = 7_000;
const sentAwayAfterMs = 60_000;
const sentAwayWithinMs = 75_000;
const tryAgainLater = 1013;
const stallMs = 5_000;
const noticeableMs = 2_000;
const hangsWithinMs = 1_000;
const attempts = 10;
const readyWithinMs = 20_000;
const notReadyAgain = 'The node is not ready again.';
const pauseMs = 2_000;

export const nodeCutOff: FaultScenario = {
  name: 'node-cut-off',
  fault: 'node cut off from PostgreSQL (black hole), also in mid-append',
  passesWhen:
    'other nodes stall at most 5 s, once; the node reports not ready at once and sends its clients away after 60 s',
  plan: { bus: 'postgres' },
  members: { count: 6, writers: 0, everyMs: 100 },
  async run(run) {
    const { cluster, join, goOn, note, expect } = run;
    const [node, ...others] = cluster.nodes;
    if (!node) throw new Error('There is a node.');
    const writers = await Promise.all(
      others.flatMap(({ name, url }) =>
        [1, 2].map(async (number) => join({ name: `writer ${number} at ${name}`, url })),
      ),
    );
    const local = await Promise.all(
      [1, 2, 3].map(async (number) => join({ name: `writer ${number} at ${node.name}`, url: node.url })),
    );
    for (const writer of [...writers, ...local]) writer.startWriting(30);
    await goOn(3_000);

    const sinceMs = await cutOffInMidAppend(run, node);
    // From here on nothing at all, or every connection that was idle would begin one more write that hangs.
    node.links.database.set({ isBlackHole: true });
    node.links.listen.set({ isBlackHole: true });
    const notReadyMs = await timeUntil(async () => !(await isReady(node.port)), notReadyWithinMs);
    note('not ready after, ms', notReadyMs ?? 'never');
    expect(notReadyMs !== undefined, `The node was ready ${notReadyWithinMs} ms after it was cut off.`);

    const isSentAway = (): boolean =>
      local.every(({ history }) => history.closes.some(({ atMs, code }) => atMs > sinceMs && code === tryAgainLater));
    const sentAwayMs = await timeUntil(isSentAway, sentAwayWithinMs);
    note('clients sent away after, ms', sentAwayMs ?? 'never');
    expect(
      sentAwayMs !== undefined && sentAwayMs > sentAwayAfterMs - 5_000,
      `The clients of the node were sent away after ${Math.round(sentAwayMs ?? -1)} ms.`,
    );
    expectOneStall(
      run,
      writers.map(({ history }) => history.writes.flatMap(({ answer }) => answer?.atMs ?? [])),
      sinceMs,
    );

    node.links.listen.set();
    node.links.database.set();
    expect((await timeUntil(async () => isReady(node.port), readyWithinMs)) !== undefined, notReadyAgain);
    await sleep(2_000);
  },
};

/** Cuts until a write of the node hangs in the database, which takes luck. Gives when that cut was. */
async function cutOffInMidAppend({ cluster, goOn, note, expect }: FaultRun, node: FaultNode): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const sinceMs = Date.now();
    node.links.database.set({ lostTailBytes: syncBytes });
    const hangsAfterMs = await timeUntil(async () => hasHangingWrite(cluster.database.url), hangsWithinMs);
    if (hangsAfterMs !== undefined || attempt === attempts) {
      note('cuts until one was in mid-append', attempt);
      expect(hangsAfterMs !== undefined, `None of ${attempts} cuts was in mid-append.`);
      return sinceMs;
    }
    node.links.database.set();
    await goOn(pauseMs);
    // Its minute without a database begins with the cut that counts.
    expect((await timeUntil(async () => isReady(node.port), readyWithinMs)) !== undefined, notReadyAgain);
  }
}

/** One that has run, holds its locks, and waits for a node that says no more. */
async function hasHangingWrite(url: string): Promise<boolean> {
  const rows = await askDatabase(
    url,
    async (sql) => sql`
      select from pg_stat_activity join pg_locks using (pid)
      where application_name = 'folkmoot' and state = 'active' and wait_event = 'ClientRead'
        and relation = 'folkmoot.rooms'::regclass and mode = 'RowShareLock'`,
  );
  return rows.length > 0;
}

/** @param acknowledgedAtMs of each writer at another node, ascending */
function expectOneStall({ note, expect }: FaultRun, acknowledgedAtMs: readonly number[][], sinceMs: number): void {
  const gaps = acknowledgedAtMs.map((times) => {
    const after = [sinceMs, ...times.filter((atMs) => atMs >= sinceMs), Date.now()];
    return after.slice(1).map((atMs, index) => atMs - (after[index] ?? atMs));
  });
  const longest = Math.max(...gaps.flat());
  const stalls = Math.max(...gaps.map((each) => each.filter((ms) => ms > noticeableMs).length));
  note('other nodes stalled, ms at most', longest);
  note(`times that one stalled over ${noticeableMs / 1_000} s`, stalls);
  expect(longest <= stallMs, `A writer at another node waited ${longest} ms.`);
  expect(stalls <= 1, `A writer at another node stalled ${stalls} times.`);
}
