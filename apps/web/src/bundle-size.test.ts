import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Rolldown, build } from 'vite';
import { expect, test } from 'vitest';

const limitBytes = 150_000;

test('all JavaScript of the page is under 150 kB, gzipped', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const mode = 'production';
  const built = await build({ root, mode, logLevel: 'error', build: { write: false } });
  if (!Array.isArray(built) && !('output' in built)) throw new Error('The build goes on watching.');
  const files = [built].flat().flatMap(({ output }: Rolldown.RolldownOutput) => output);
  const scripts = files.filter((file) => file.type === 'chunk');
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  expect(bytes).toBeLessThan(limitBytes);
  // What is far below has lost something, or was not built at all.
  expect(bytes).toBeGreaterThan(limitBytes / 3);
}, 60_000);
