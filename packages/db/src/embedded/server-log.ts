import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const maxBytes = 10 * 1024 * 1024;
const tailBytes = 16 * 1024;
const maxLines = 4;
/** When and by which process a line was written. */
const prefix = /^\d{4}-\d\d-\d\d \S+ \S+ \[\d+\] /;
const ordinary = / LOG: {2}(starting PostgreSQL|listening on|database system (is|was) (ready|shut down))/;

/** Opens the log for appending; one that has grown beyond 10 MiB is set aside first, over the one before it. */
export function openServerLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export function serverLogSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Why PostgreSQL gave up, in its own words: the last lines that came after `offset`, without those of every start. */
export function readFailure(path: string, offset: number): string {
  const size = serverLogSize(path);
  const from = Math.max(offset <= size ? offset : 0, size - tailBytes);
  const buffer = Buffer.alloc(size - from);
  const file = openSync(path, 'r');
  readSync(file, buffer, 0, buffer.length, from);
  closeSync(file);
  const lines = buffer.toString().split('\n');
  const telling = lines.filter((line) => line !== '' && !ordinary.test(line)).map((line) => line.replace(prefix, ''));
  return telling.length > 0 ? telling.slice(-maxLines).join(' | ') : 'it left no word in its log.';
}
