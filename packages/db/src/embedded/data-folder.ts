import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** Makes the data folder where it does not exist yet, and gives its real path. */
export function makeDataFolder(path: string): string {
  try {
    const firstMade = mkdirSync(path, { recursive: true });
    // With a umask of 077 root would lock out the account that PostgreSQL runs as.
    if (firstMade !== undefined && process.getuid?.() === 0) openFolders(firstMade, path);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedPostgresError(
      `The data folder ${path} cannot be written to (${reason}). Set DATA_DIR to a folder that can.`,
      { cause },
    );
  }
}

function openFolders(first: string, last: string): void {
  chmodSync(last, 0o755);
  if (last !== first && last.startsWith(first)) openFolders(first, dirname(last));
}

/** The password of the cluster: read from its file, or made and kept there, readable by us alone. */
export function readOrMakePassword(dataDir: string, clusterExists: boolean): string {
  const path = join(dataDir, 'postgres-password');
  if (existsSync(path)) {
    const password = readFileSync(path, 'utf8').trim();
    if (password !== '') return password;
  }
  if (clusterExists) {
    throw new EmbeddedPostgresError(
      `${path}, with the password of the database beside it, is missing. Put it back; without it the data cannot be read.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  writeFileSync(`${path}.new`, `${password}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  syncFolder(dataDir);
  return password;
}

/** Makes sure that new names in a folder survive a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
