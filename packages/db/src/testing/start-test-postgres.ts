import { chmodSync, rmSync } from 'node:fs';
import { systemDelay } from '../delay.ts';
import { clusterUrl } from '../embedded/cluster.ts';
import { ensureDatabase } from '../embedded/cluster-database.ts';
import { findFreePort } from '../embedded/find-free-port.ts';
import { spawnPostmaster, stopPostmaster, type Postmaster } from '../embedded/postmaster.ts';
import { readPostmasterPid } from '../embedded/postmaster-pid.ts';
import { prepareCluster } from '../embedded/prepare-cluster.ts';
import { makeTestClusterFolder } from './test-cluster-folder.ts';

export type TestPostgres = {
  url: string;
  port: number;
  dataDir: string;
  /** The postmaster's process; changes with every start. */
  pid(): number;
  /** Stops it, in order or (`immediate`) as a crash would, and leaves it down until `start`. */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  /** kill -9 of the postmaster; it stays down until `start`. Its sessions notice a moment later. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, and resolves when it serves. Nothing if it runs. */
  start(): Promise<void>;
  /** Stops it and removes its data. May be called more than once. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type TestPostgresOptions = {
  /** Further settings; fsync is on unless they turn it off. */
  settings?: Readonly<Record<string, string>>;
  /** Default `folkmoot`. */
  database?: string;
};

/**
 * A PostgreSQL cluster of a test's own, with empty data, that does as it is told: unlike the embedded one of the server
 * it comes back only when asked to.
 */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const { settings = {}, database = 'folkmoot' } = options;
  const dataDir = makeTestClusterFolder();
  // PostgreSQL's account, when it is not ours, has to come through.
  chmodSync(dataDir, 0o755);
  const cluster = await prepareCluster(dataDir, settings);
  const port = await findFreePort();
  let postmaster: Postmaster | undefined;
  let closed: Promise<void> | undefined;

  async function start(): Promise<void> {
    if (postmaster && !postmaster.hasExited()) return;
    // Sessions of a killed postmaster hold its memory for a moment, and the new one refuses to start meanwhile.
    for (let attempt = 1; ; attempt++) {
      try {
        postmaster = await spawnPostmaster(cluster, { port, stalePid: readPostmasterPid(cluster.clusterDir)?.pid });
        return;
      } catch (error) {
        if (attempt === 50) throw error;
        await systemDelay(100);
      }
    }
  }

  async function stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    if (!postmaster) return;
    if (how === 'immediate') postmaster.signal('SIGQUIT');
    await stopPostmaster(postmaster);
  }

  async function kill(): Promise<void> {
    postmaster?.signal('SIGKILL');
    await postmaster?.exited;
  }

  async function close(): Promise<void> {
    postmaster?.signal('SIGQUIT');
    if (postmaster) await stopPostmaster(postmaster);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  await start();
  await ensureDatabase(cluster, port, database);
  return {
    url: clusterUrl(cluster, port, database),
    port,
    dataDir,
    pid: () => postmaster?.pid ?? 0,
    stop,
    kill,
    start,
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}
