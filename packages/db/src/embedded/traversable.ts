import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PostgresUser } from './postgres-user.ts';

/** The topmost folder on the way to `path`, itself included, that this account may not enter; undefined when it may. */
export function findClosedFolder(path: string, user: PostgresUser): string | undefined {
  return foldersTo(realpathSync(path)).find((folder) => !may(folder, user, 0o1));
}

/** Whether this account may read and, where it is a program or folder, run or enter what is there. */
export function mayReadAndRun(path: string, user: PostgresUser): boolean {
  return may(path, user, 0o5);
}

function may(path: string, user: PostgresUser, wanted: number): boolean {
  const { uid, gid, mode } = statSync(path);
  // Node drops root's other groups when it takes an account on, so that its main group alone counts.
  const bits = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
  return (bits & wanted) === wanted;
}

function foldersTo(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [...foldersTo(parent), path];
}
