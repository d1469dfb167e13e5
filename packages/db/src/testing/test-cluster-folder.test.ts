import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeTestClusterFolder } from './test-cluster-folder.ts';

test('what a killed test run left is removed by the next', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'folkmoot-leftovers-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(dead, 'exit');
  const left = join(parent, `folkmoot-test-${dead.pid}-abcdef`);
  const inUse = join(parent, `folkmoot-test-${process.pid}-abcdef`);
  mkdirSync(join(left, 'postgres'), { recursive: true });
  mkdirSync(inUse);

  const folder = makeTestClusterFolder(parent);

  expect(existsSync(left)).toBe(false);
  expect(existsSync(inUse)).toBe(true);
  expect(existsSync(folder)).toBe(true);
});
