import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PostgresBinaries } from './find-binaries.ts';
import { ensureReachableBinaries } from './reachable-binaries.ts';
import { findClosedFolder, mayReadAndRun } from './traversable.ts';

const nobody = { uid: 65_534, gid: 65_534, name: 'nobody' };
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let closed: PostgresBinaries;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'folkmoot-binaries-'));
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  mkdirSync(join(folder, 'home'), { mode: 0o700 });
  closed = { folder: join(folder, 'home', 'native'), version: '18.4.0' };
  for (const name of ['bin/postgres', 'bin/initdb', 'lib/libpq.so.5.18', 'lib/libpq.a', 'share/postgres.bki']) {
    mkdirSync(join(closed.folder, dirname(name)), { recursive: true });
    writeFileSync(join(closed.folder, name), name, { mode: name.startsWith('bin') ? 0o700 : 0o600 });
  }
  symlinkSync('libpq.so.5.18', join(closed.folder, 'lib/libpq.so.5'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an ordinary user runs them where they are', () => {
  expect(ensureReachableBinaries(closed, undefined, dataDir)).toBe(closed.folder);
});

test.runIf(isRoot)('behind a closed folder they are copied to the data folder, once', () => {
  const copy = ensureReachableBinaries(closed, nobody, dataDir);
  expect(copy.startsWith(dataDir)).toBe(true);
  expect(findClosedFolder(join(copy, 'bin'), nobody)).toBeUndefined();
  expect(mayReadAndRun(join(copy, 'bin', 'postgres'), nobody)).toBe(true);
  expect(readlinkSync(join(copy, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  const { ino } = statSync(copy);

  expect(ensureReachableBinaries(closed, nobody, dataDir)).toBe(copy);
  expect(statSync(copy).ino).toBe(ino);
  expect(readdirSync(dataDir)).toHaveLength(1);
});

test.runIf(isRoot)('a copy from which files were tidied away, or that others can write to, is made anew', () => {
  const copy = ensureReachableBinaries(closed, nobody, dataDir);
  rmSync(join(copy, 'bin', 'initdb'));
  ensureReachableBinaries(closed, nobody, dataDir);
  expect(existsSync(join(copy, 'bin', 'initdb'))).toBe(true);

  chmodSync(copy, 0o777);
  mkdirSync(join(copy, 'planted'));
  ensureReachableBinaries(closed, nobody, dataDir);
  expect(existsSync(join(copy, 'planted'))).toBe(false);
});
