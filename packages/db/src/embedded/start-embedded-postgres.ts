import { resolve } from 'node:path';
import type { DatabaseLogger } from '../database-logger.ts';
import { systemDelay, type Delay } from '../delay.ts';
import { findRunningPostmaster } from './adopt-postmaster.ts';
import { clusterUrl } from './cluster.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { makeDataFolder } from './data-folder.ts';
import { obtainPostmaster, stalePid } from './obtain-postmaster.ts';
import { spawnPostmaster } from './postmaster.ts';
import { prepareCluster } from './prepare-cluster.ts';
import { supervisePostmaster } from './supervise-postmaster.ts';

/** What {@link startEmbeddedPostgres} runs, and on which folder. */
export type EmbeddedPostgresOptions = {
  /** Where everything is kept: the cluster, its password and its log. Made if need be. */
  dataDir: string;
  logger: DatabaseLogger;
  /** Further settings of the server, such as `{ shared_buffers: '1GB' }`. */
  settings?: Readonly<Record<string, string>>;
  /** The database that `url` leads to; made if need be. */
  database?: string;
  delay?: Delay;
};

/** A PostgreSQL that runs, until it is closed. */
export type EmbeddedPostgres = {
  /** For postgres.js; the same for as long as this object lives. */
  url: string;
  dataDir: string;
  port: number;
  /** Whether it was still running, left by a server that was killed. */
  adopted: boolean;
  /** Tells each time PostgreSQL is gone without having been told to; it is being started again. Returns the way off. */
  onExit(listener: () => void): () => void;
  /** Stops PostgreSQL in order and gives the data folder back. May be called more than once. */
  close(): Promise<void>;
};

/**
 * Runs a PostgreSQL of our own on a folder: makes it at the first start, finds it again if it outlived a server that
 * was killed, starts it again with back-off if it dies (T4).
 *
 * It listens on a free port of the loopback interface only and wants a password that is made at the first start. One
 * server at a time has the folder: for a second one this rejects with an `EmbeddedPostgresError` that says who has it,
 * as it does with all else that a person has to put right. PostgreSQL never runs as root: started by root it takes the
 * account `postgres`, else `nobody`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { logger, settings = {}, database = 'folkmoot', delay = systemDelay } = options;
  const dataDir = makeDataFolder(resolve(options.dataDir));
  const lock = await lockDataDir(dataDir, delay);
  try {
    const cluster = await prepareCluster(dataDir, settings);
    const { postmaster, adopted } = await obtainPostmaster(cluster, { database, logger, delay });
    const { port } = postmaster;
    logger.info(
      adopted
        ? `The embedded PostgreSQL was still running on its data in ${dataDir} and serves on.`
        : `PostgreSQL is embedded and keeps its data in ${dataDir}.`,
    );

    const listeners = new Set<() => void>();
    const supervisor = supervisePostmaster({
      first: postmaster,
      start: async (signal) => {
        const found = await findRunningPostmaster(cluster, delay);
        if (found.state === 'ours') return found.postmaster;
        return spawnPostmaster(cluster, { port, stalePid: stalePid(found), signal, delay });
      },
      logger,
      onExit: () => listeners.forEach((listener) => listener()),
    });
    let closed: Promise<void> | undefined;
    return {
      url: clusterUrl(cluster, port, database),
      dataDir,
      port,
      adopted,
      onExit(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: () => (closed ??= supervisor.close().finally(() => lock.release())),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
