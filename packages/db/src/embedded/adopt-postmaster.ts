import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { systemDelay, type Delay } from '../delay.ts';
import type { Cluster } from './cluster.ts';
import { watchPostmaster, type Postmaster } from './postmaster.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { readProcessIdentity } from './process-identity.ts';

type Found =
  /** Still running, left by a server of ours that was killed. */
  | { state: 'ours'; postmaster: Postmaster }
  /**
   * `postmaster.pid` is there, but what it names is gone, or a zombie that nobody reaps, or another process that was
   * given its pid.
   */
  | { state: 'stale'; pid: number }
  | { state: 'none' };

const pollMs = 50;

/**
 * Looks for a PostgreSQL that runs on this cluster already, and waits while it is starting or stopping. Only the holder
 * of the data folder's lock may call it.
 */
export async function findRunningPostmaster(cluster: Cluster, delay: Delay = systemDelay): Promise<Found> {
  for (;;) {
    const written = readPostmasterPid(cluster.clusterDir);
    if (!written) return { state: 'none' };
    const runs = readProcessIdentity(written.pid) !== undefined && isPostmasterOf(cluster.clusterDir, written.pid);
    if (!runs) return { state: 'stale', pid: written.pid };
    if (written.status === 'ready' && written.port > 0) {
      return { state: 'ours', postmaster: watchPostmaster(written.pid, written.port) };
    }
    await delay(pollMs);
  }
}

/**
 * Whether a process is the PostgreSQL of this cluster: it works in the cluster's folder. Where the system does not show
 * that, the program's name has to do.
 */
export function isPostmasterOf(clusterDir: string, pid: number): boolean {
  try {
    if (!existsSync('/proc/self/cwd')) {
      return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres');
    }
    const isPostgres = readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
    return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch {
    return false;
  }
}
