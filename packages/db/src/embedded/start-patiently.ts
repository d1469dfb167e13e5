import type { DatabaseLogger } from '../database-logger.ts';
import type { Delay } from '../delay.ts';
import type { Cluster } from './cluster.ts';
import { findFreePort } from './find-free-port.ts';
import { spawnPostmaster, type Postmaster } from './postmaster.ts';

const maxTries = 12;
/** What passes: a port taken in the meantime, sessions that have not noticed yet that their server was killed. */
const passing = /Address already in use|could not bind|shared memory block|lock file .* already exists/;

type Options = { foreignPid: number | undefined; logger: DatabaseLogger; delay: Delay };

/** Starts PostgreSQL on a free port, again for some ten seconds while what hinders it is bound to pass. */
export async function startPatiently(cluster: Cluster, options: Options): Promise<Postmaster> {
  const { foreignPid, logger, delay } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await spawnPostmaster(cluster, { port: await findFreePort(), foreignPid, delay });
    } catch (error) {
      if (attempt === maxTries || !(error instanceof Error) || !passing.test(error.message)) throw error;
      logger.warn(`${error.message} Trying again.`);
      await delay(Math.min(100 * 2 ** (attempt - 1), 1_500));
    }
  }
}
