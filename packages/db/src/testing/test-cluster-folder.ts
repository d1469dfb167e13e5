import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPostmasterOf } from '../embedded/adopt-postmaster.ts';
import { readPostmasterPid } from '../embedded/postmaster-pid.ts';
import { readProcessIdentity } from '../embedded/process-identity.ts';

const prefix = 'folkmoot-test-';
const pattern = /^folkmoot-test-(\d+)-/;

/** A folder for a cluster that lives no longer than this process; those of killed test runs are removed on the way. */
export function makeTestClusterFolder(parent: string = tmpdir()): string {
  removeLeftovers(parent);
  return mkdtempSync(join(parent, `${prefix}${process.pid}-`));
}

function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = pattern.exec(name)?.[1];
    if (pid === undefined || readProcessIdentity(Number(pid)) !== undefined) continue;
    const folder = join(parent, name);
    try {
      killLeftover(join(folder, 'postgres'));
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Someone else's, or another run removes it at this moment.
    }
  }
}

function killLeftover(clusterDir: string): void {
  const postmaster = readPostmasterPid(clusterDir);
  if (postmaster && isPostmasterOf(clusterDir, postmaster.pid)) process.kill(postmaster.pid, 'SIGQUIT');
}
