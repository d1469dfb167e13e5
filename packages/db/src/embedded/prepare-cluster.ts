import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { readOrMakePassword } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findPostgresBinaries } from './find-binaries.ts';
import { initCluster } from './init-cluster.ts';
import { choosePostgresUser, type PostgresUser } from './postgres-user.ts';
import { ensureReachableBinaries } from './reachable-binaries.ts';
import { findClosedFolder } from './traversable.ts';

/**
 * Finds out how PostgreSQL can run on this folder and makes its files there if there are none yet. Only the holder of
 * the folder's lock may call it.
 */
export async function prepareCluster(dataDir: string, settings: Cluster['settings'] = {}): Promise<Cluster> {
  const clusterDir = join(dataDir, 'postgres');
  const binaries = findPostgresBinaries();
  const clusterExists = existsSync(clusterDir);
  if (clusterExists) checkExisting(clusterDir, binaries.version);

  const user = choosePostgresUser(clusterDir);
  const cluster: Cluster = {
    dataDir,
    clusterDir,
    binDir: join(ensureReachableBinaries(binaries, user, dataDir), 'bin'),
    logFile: join(dataDir, 'postgres.log'),
    password: readOrMakePassword(dataDir, clusterExists),
    user,
    byOpenFolder: needsOpenFolder(dataDir, user),
    settings,
  };
  if (!clusterExists) await initCluster(cluster);
  return cluster;
}

/**
 * An account that may not enter a folder on the way, say root's home, can still work in one below it that was opened
 * for it: Linux shows a process its open folders in /proc/self/fd.
 */
function needsOpenFolder(dataDir: string, user: PostgresUser | undefined): boolean {
  const closed = user && findClosedFolder(dataDir, user);
  if (closed === undefined || user === undefined) return false;
  if (existsSync('/proc/self/fd')) return true;
  throw new EmbeddedPostgresError(
    `PostgreSQL cannot run as root, and ${user.name}, as whom it would run, may not enter ${closed}. Set DATA_DIR to a ` +
      'folder that all may enter, or start the server as an ordinary user.',
  );
}

function checkExisting(clusterDir: string, version: string): void {
  const owner = statSync(clusterDir).uid;
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && owner !== own) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} belongs to the user with uid ${owner}, and PostgreSQL can only be run on it by its ` +
        'owner or root. Start the server as the same user as before, or give it a DATA_DIR of its own.',
    );
  }
  const major = version.split('.')[0];
  const madeBy = readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim();
  if (madeBy !== major) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} was made by PostgreSQL ${madeBy}, and this is PostgreSQL ${major}. Take its data ` +
        'over with pg_dump and pg_restore of those versions.',
    );
  }
}
