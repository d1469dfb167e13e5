import { isConnectionError } from '../database-error.ts';
import type { DatabaseLogger } from '../database-logger.ts';
import type { Delay } from '../delay.ts';
import { findRunningPostmaster } from './adopt-postmaster.ts';
import type { Cluster } from './cluster.ts';
import { ensureDatabase } from './cluster-database.ts';
import { findFreePort } from './find-free-port.ts';
import { spawnPostmaster, stopPostmaster, type Postmaster } from './postmaster.ts';

type Options = { database: string; logger: DatabaseLogger; delay: Delay };

const maxTries = 12;
/** What passes: a port taken in the meantime, sessions that have not noticed yet that their server was killed. */
const passing = /Address already in use|could not bind|shared memory block|lock file .* already exists/;

/**
 * The PostgreSQL of this cluster with a database of that name: the one that still runs, or a new one. Tries again for
 * some ten seconds while what hinders it is bound to pass.
 */
export async function obtainPostmaster(
  cluster: Cluster,
  { database, logger, delay }: Options,
): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  for (let attempt = 1; ; attempt++) {
    let postmaster: Postmaster | undefined;
    let adopted = false;
    try {
      const found = await findRunningPostmaster(cluster, delay);
      adopted = found.state === 'ours';
      postmaster =
        found.state === 'ours'
          ? found.postmaster
          : await spawnPostmaster(cluster, { port: await findFreePort(), stalePid: stalePid(found), delay });
      await ensureDatabase(cluster, postmaster.port, database);
      return { postmaster, adopted };
    } catch (error) {
      const passes = error instanceof Error && (passing.test(error.message) || (adopted && isConnectionError(error)));
      if (!passes || attempt === maxTries) {
        if (postmaster) await stopPostmaster(postmaster);
        throw error;
      }
      logger.warn(`${error.message} Trying again.`);
      await delay(Math.min(100 * 2 ** (attempt - 1), 1_500));
    }
  }
}

/** The pid that a new server finds in `postmaster.pid` and must not take for a live predecessor. */
export function stalePid(found: Awaited<ReturnType<typeof findRunningPostmaster>>): number | undefined {
  return found.state === 'stale' ? found.pid : undefined;
}
