import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const read = (file: string) => readFile(new URL(file, import.meta.url), 'utf8');

test('every export of the package has a type test of its name', async () => {
  const index = await read('./index.ts');
  const exported = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)]
    .flatMap(([, , names = '']) => names.split(','))
    .map((name) => name.replace(/^\s*type\s/, '').trim())
    .sort();
  // Whatever is exported in another way would not be found.
  expect(index.match(/^export /gm)).toHaveLength(index.match(/^export (type )?\{/gm)?.length ?? 0);
  expect(exported).toContain('useRoom');
  const tested = [...(await read('./react-types.test-d.ts')).matchAll(/^test\('(\w+): /gm)].map(
    ([, name = '']) => name,
  );
  expect(tested.sort()).toEqual(exported);
});
