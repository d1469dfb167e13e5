import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const maxBytes = 10 * 1024 * 1024;
const tailBytes = 16 * 1024;

/** Opens the log for appending; one that has grown beyond 10 MiB is set aside first, over the one before it. */
export function openServerLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export function serverLogSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Why PostgreSQL gave up, in its own words: the fatal lines that came after `offset`, else the last lines. */
export function readFailure(path: string, offset: number): string {
  const size = serverLogSize(path);
  const from = Math.max(offset <= size ? offset : 0, size - tailBytes);
  const buffer = Buffer.alloc(size - from);
  const file = openSync(path, 'r');
  readSync(file, buffer, 0, buffer.length, from);
  closeSync(file);
  const lines = buffer.toString().split('\n').filter(Boolean);
  const fatal = lines.filter((line) => /\b(FATAL|PANIC|HINT|DETAIL):|postgres: |error while loading/.test(line));
  return (fatal.length > 0 ? fatal : lines.slice(-5)).join(' | ');
}
