import { execFile } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultDatabase, SkippedScenario } from '../cluster/fault-cluster.ts';
import { startDebianPostgres } from '../cluster/debian-postgres.ts';
import type { FaultScenario } from './fault-scenario.ts';

const execute = promisify(execFile);
const size = '200m';
const fullMs = 15_000;
const goesOnWithinMs = 10_000;
const smallWalSettings = { min_wal_size: '32MB', max_wal_size: '64MB' };

export const diskFull: FaultScenario = {
  name: 'disk-full',
  fault: 'disk full under PostgreSQL',
  passesWhen: 'sends fail as retryable, reads work, the log does not stall',
  plan: { bus: 'postgres', startDatabase: startOnSmallDisk },
  members: { count: 8, writers: 5, everyMs: 40 },
  async run({ cluster, room, members, goOn, note, expect }) {
    const [reader] = members;
    if (!reader) throw new Error('There is a member.');
    await goOn(2_000);
    const ballast = join(cluster.database.dataDir, '../ballast');
    fillDisk(ballast);
    let [reads, failedReads] = [0, 0];
    for (const untilMs = Date.now() + fullMs; Date.now() < untilMs; reads++) {
      await reader.chat.history.query({ room, limit: 20 }).catch(() => failedReads++);
      await sleep(200);
    }
    rmSync(ballast);
    const sinceMs = Date.now();
    await goOn(goesOnWithinMs);
    const failed = members.flatMap(({ history }) => history.writes.flatMap(({ failedTries }) => failedTries));
    note('reads while the disk was full', reads);
    note('tries that failed and were repeated', `${failed.length} (${[...new Set(failed)].join(', ')})`);
    expect(failed.length > 0, 'No send failed: the disk was not full.');
    expect(failedReads === 0, `${failedReads} of ${reads} reads failed while the disk was full.`);
    expect(
      members.slice(0, 5).every(({ history }) => history.writes.some(({ answer }) => (answer?.atMs ?? 0) > sinceMs)),
      'Not every writer went on once there was space again.',
    );
  },
};

async function startOnSmallDisk(): Promise<FaultDatabase> {
  const mountPoint = mkdtempSync(join(tmpdir(), 'folkmoot-small-disk-'));
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mountPoint]);
  } catch (error) {
    rmdirSync(mountPoint);
    throw new SkippedScenario(`a small tmpfs cannot be mounted: ${String(error).split('\n')[0]}`);
  }
  async function unmount(): Promise<void> {
    await execute('umount', [mountPoint]);
    rmdirSync(mountPoint);
  }
  try {
    chmodSync(mountPoint, 0o755);
    const database = await startDebianPostgres({ parent: mountPoint, settings: smallWalSettings });
    return {
      ...database,
      async close() {
        await database.close();
        await unmount();
      },
    };
  } catch (error) {
    await unmount();
    throw error;
  }
}

function fillDisk(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const piece of [Buffer.alloc(1 << 20), Buffer.alloc(4_096)]) {
      try {
        for (;;) writeSync(descriptor, piece);
      } catch {
        // No space is left for a piece of this size.
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
