import { chownSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterUser, type Cluster } from './cluster.ts';
import { syncFolder } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { runPostgres } from './run-postgres.ts';
import { readFailure, serverLogSize } from './server-log.ts';

/**
 * Makes the cluster's files, in a folder beside their place and moved there when whole: killed at any moment, it leaves
 * either a cluster or none. Only the holder of the data folder's lock may call it.
 */
export async function initCluster(cluster: Cluster): Promise<void> {
  removeHalfMade(cluster.dataDir);
  const staging = mkdtempSync(join(cluster.dataDir, 'initdb-'));
  const passwordFile = join(staging, 'password');
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  if (cluster.user) {
    for (const path of [passwordFile, staging]) chownSync(path, cluster.user.uid, cluster.user.gid);
  }

  const logOffset = serverLogSize(cluster.logFile);
  const initdb = runPostgres(cluster, {
    program: 'initdb',
    folder: staging,
    args: (folder) => [
      `--pgdata=${folder}/data`,
      `--pwfile=${folder}/password`,
      `--username=${clusterUser}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // Sorts the same on every machine and after every upgrade of it, and knows upper and lower case of all scripts.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
  });
  const exitCode = await new Promise((resolve, reject) => initdb.once('exit', resolve).once('error', reject));
  if (exitCode !== 0) {
    throw new EmbeddedPostgresError(
      `Cannot make the embedded database in ${cluster.dataDir}: ${readFailure(cluster.logFile, logOffset)}`,
    );
  }
  renameSync(join(staging, 'data'), cluster.clusterDir);
  syncFolder(cluster.dataDir);
  rmSync(staging, { recursive: true });
}

function removeHalfMade(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('initdb-')) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
