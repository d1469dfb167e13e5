import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const vite = join(root, 'node_modules/vite/bin/vite.js');
const limitBytes = 150_000;

test('all JavaScript of the page is under 150 kB, gzipped', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'folkmoot-bundle-'));
  // In a process of its own, because the tests' has NODE_ENV=test, and React is another one then.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', directory, '--emptyOutDir'], {
    cwd: root,
    env,
  });
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(directory, name))).length));
  await rm(directory, { recursive: true });

  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeLessThan(limitBytes);
  // What is far below was not built.
  expect(bytes).toBeGreaterThan(limitBytes / 3);
}, 60_000);
