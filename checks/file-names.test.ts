import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const leftOut = new Set(['node_modules', 'dist', 'migrations', 'coverage']);
/** These are named by a convention of their tool, once in each folder that has one. */
const repeatable = new Set(['index.ts', 'vite.config.ts', 'drizzle.config.ts', 'global-setup.ts']);

const sources = (await listFiles(root)).filter((file) => /\.(ts|tsx|css|sql|mjs|js)$/.test(file));

test('a file is found by its name alone: no two files of the repository share one', () => {
  const names = sources.map((file) => basename(file));
  const shared = sources.filter((_, at) => names.indexOf(names[at] ?? '') !== names.lastIndexOf(names[at] ?? ''));
  expect(shared.filter((file) => !repeatable.has(basename(file)))).toEqual([]);
});

test('no file is a drawer: it is named after what it exports', () => {
  const drawers = sources.filter((file) => /^(utils?|helpers?|common|types?|misc|shared)\b/.test(basename(file)));
  expect(drawers).toEqual([]);
});

test('files that have grown over 300 lines are named, so that somebody cuts them', async () => {
  for (const file of sources) {
    const lines = (await readFile(join(root, file), 'utf8')).split('\n').length;
    if (lines > 300) console.warn(`${file} has ${lines} lines: it wants to be two files.`);
  }
});

async function listFiles(folder: string, under = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries
    .filter(({ name }) => !leftOut.has(name) && !name.startsWith('.'))
    .map(async (entry) => {
      const path = join(under, entry.name);
      return entry.isDirectory() ? listFiles(join(folder, entry.name), path) : [path];
    });
  return (await Promise.all(lists)).flat();
}
