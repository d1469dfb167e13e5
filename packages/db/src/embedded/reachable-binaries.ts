import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresBinaries } from './find-binaries.ts';
import type { PostgresUser } from './postgres-user.ts';
import { findClosedFolder, mayReadAndRun } from './traversable.ts';

/**
 * PostgreSQL's folder as the given account can run it: the installed one, or a copy of it where the way to that is
 * closed, as with a clone under root's home. The copy goes to the data folder or, if that is closed too, to the
 * system's folder for temporary files; it is kept for the next start.
 */
export function ensureReachableBinaries(
  binaries: PostgresBinaries,
  user: PostgresUser | undefined,
  dataDir: string,
): string {
  if (!user || isReachable(binaries.folder, user)) return binaries.folder;

  const homes = [dataDir, tmpdir(), '/tmp', '/var/tmp'].filter((folder) => existsSync(folder));
  const home = homes.find((folder) => findClosedFolder(folder, user) === undefined);
  if (home === undefined) {
    throw new EmbeddedPostgresError(
      `PostgreSQL cannot run as root, and ${user.name}, as whom it would run, may not enter ${binaries.folder} nor ` +
        `${homes.join(' nor ')}. Start the server as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const copy = join(
    home,
    home === dataDir ? `postgresql-${binaries.version}` : `folkmoot-postgresql-${binaries.version}`,
  );
  const isUsable = () => isOursAndWhole(copy, user, binaries.folder);
  if (!isUsable()) copyBinaries(binaries.folder, copy, isUsable);
  return copy;
}

function isReachable(folder: string, user: PostgresUser): boolean {
  const parts = ['bin', 'bin/postgres', 'bin/initdb', 'lib', 'share'].map((part) => join(folder, part));
  return findClosedFolder(folder, user) === undefined && parts.every((part) => mayReadAndRun(part, user));
}

/**
 * In a folder that all may write to, anyone can have put this there: it counts if nobody but root can change it, and
 * if nothing that tidies up such folders has taken files out of it.
 */
function isOursAndWhole(copy: string, user: PostgresUser, original: string): boolean {
  const stat = lstatSync(copy, { throwIfNoEntry: false });
  if (!stat?.isDirectory() || stat.uid !== 0 || (stat.mode & 0o022) !== 0) return false;
  return listNeeded(copy).length === listNeeded(original).length && isReachable(copy, user);
}

/** Puts a copy in place whole, unless another server, which may be running from it by now, was faster. */
function copyBinaries(from: string, to: string, isUsable: () => boolean): void {
  const half = `${to}.${randomBytes(6).toString('hex')}`;
  mkdirSync(half, { mode: 0o755 });
  cpSync(from, half, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
  for (const path of [half, ...listNeeded(half)]) {
    const stat = lstatSync(path);
    if (!stat.isSymbolicLink()) chmodSync(path, (stat.mode & 0o100) === 0 ? 0o644 : 0o755);
  }
  if (existsSync(to) && !isUsable()) renameSync(to, `${half}.old`);
  try {
    renameSync(half, to);
  } catch (error) {
    if (!isUsable()) throw error;
  }
  for (const rest of [half, `${half}.old`]) rmSync(rest, { recursive: true, force: true });
}

function listNeeded(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isNeeded)
    .map((path) => join(folder, path));
}

/** Static libraries are for building programs, and half of the weight. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.a');
}
