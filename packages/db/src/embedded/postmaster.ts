import { backgroundDelay, systemDelay, type Delay } from '../delay.ts';
import type { Cluster } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { readPostmasterPid } from './postmaster-pid.ts';
import { readProcessIdentity } from './process-identity.ts';
import { runPostgres } from './run-postgres.ts';
import { readFailure, serverLogSize } from './server-log.ts';

/** A running PostgreSQL server. */
export type Postmaster = {
  pid: number;
  port: number;
  /** Resolves when the process is gone. */
  exited: Promise<void>;
  hasExited(): boolean;
  /** SIGINT: orderly, ending sessions. SIGQUIT: at once, to recover at the next start. Nothing if it is gone. */
  signal(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): void;
};

type SpawnOptions = {
  port: number;
  /** The pid in a leftover `postmaster.pid`, known to be no server any more. */
  stalePid?: number | undefined;
  signal?: AbortSignal | undefined;
  delay?: Delay | undefined;
};

const readyPollMs = 10;
const alivePollMs = 200;

/** Starts PostgreSQL and resolves when it takes connections; rejects with its own words when it gives up. */
export async function spawnPostmaster(cluster: Cluster, options: SpawnOptions): Promise<Postmaster> {
  const { port, stalePid, signal, delay = systemDelay } = options;
  const logOffset = serverLogSize(cluster.logFile);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    cluster_name: 'folkmoot',
    ...cluster.settings,
  };
  const child = runPostgres(cluster, {
    program: 'postgres',
    folder: cluster.clusterDir,
    args: (folder) => [
      '-D',
      folder,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    // It refuses to start while its predecessor's pid exists, unless that is its own grandparent. It still looks for
    // orphans of the predecessor that use its memory, which it could not do if the file were removed.
    env: stalePid === undefined ? {} : { PG_GRANDPARENT_PID: String(stalePid) },
  });
  let gone = false;
  let spawnFailure: string | undefined;
  child.once('error', (error) => {
    spawnFailure = error.message;
  });
  const exited = new Promise<void>((resolve) => {
    const settle = () => {
      gone = true;
      resolve();
    };
    child.once('exit', settle).once('error', settle);
  });

  for (;;) {
    if (gone) {
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL did not start: ${spawnFailure ?? readFailure(cluster.logFile, logOffset)}`,
      );
    }
    const written = readPostmasterPid(cluster.clusterDir);
    if (written?.pid === child.pid && written?.status === 'ready') break;
    if (signal?.aborted) {
      child.kill('SIGQUIT');
      await exited;
      throw new EmbeddedPostgresError('The start of the embedded PostgreSQL was called off.');
    }
    await delay(readyPollMs);
  }
  child.unref();
  return {
    pid: child.pid ?? 0,
    port,
    exited,
    hasExited: () => gone,
    signal: (name) => {
      if (!gone) child.kill(name);
    },
  };
}

/** A server that was started by an earlier process of ours; its end is noticed within a fifth of a second. */
export function watchPostmaster(pid: number, port: number, delay: Delay = backgroundDelay): Postmaster {
  const identity = readProcessIdentity(pid);
  const hasExited = () => readProcessIdentity(pid) !== identity;
  const watch = async () => {
    while (!hasExited()) await delay(alivePollMs);
  };
  return {
    pid,
    port,
    exited: watch(),
    hasExited,
    signal: (name) => {
      if (!hasExited()) process.kill(pid, name);
    },
  };
}

/** Stops a server in order; one that has not ended after a while is told to end at once, which loses nothing either. */
export async function stopPostmaster(postmaster: Postmaster, patienceMs = 8_000, delay: Delay = systemDelay) {
  for (const [signal, ms] of [
    ['SIGINT', patienceMs],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (postmaster.hasExited()) return;
    postmaster.signal(signal);
    const timer = new AbortController();
    await Promise.race([postmaster.exited, delay(ms, timer.signal)]);
    timer.abort();
  }
}
