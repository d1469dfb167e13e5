import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** An export of an index file: where it is declared, and its name there; every name of the file where it has none. */
type Export = { file: string; name: string | undefined };

test.each(['contract', 'db', 'ws', 'api', 'client', 'react'])(
  'everything that @folkmoot/%s exports says what it is',
  (name) => {
    const declared = exportsOf(`packages/${name}/src/index.ts`).flatMap(({ file, name }) => declarationsOf(file, name));
    expect(declared.length).toBeGreaterThan(5);
    expect(declared.filter(({ isDocumented }) => !isDocumented).map(({ at }) => at)).toEqual([]);
  },
);

test('a docstring is looked for right above the first declaration of a name', () => {
  const source =
    '/** Adds. */\nexport function add(a: number): number;\nexport function add(a: number) {\n\nexport const two = 2;\n';
  expect(namesIn(source)).toEqual([
    { name: 'add', isDocumented: true, line: 2 },
    { name: 'two', isDocumented: false, line: 5 },
  ]);
});

/** What an index file passes on from files beside it; what is passed on from another package is that one's to describe. */
function exportsOf(index: string): Export[] {
  const lists = read(index).matchAll(/^export (?:type )?(?:\*|\{([^}]*)\}) from '(\.[^']+)';/gm);
  return Array.from(lists).flatMap(([, names, from = '']) => {
    const file = join(dirname(index), from);
    if (file.endsWith('/index.ts')) return exportsOf(file);
    if (names === undefined) return [{ file, name: undefined }];
    return names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => ({ file, name }));
  });
}

function declarationsOf(file: string, wanted: string | undefined) {
  const found = namesIn(read(file)).filter(({ name }) => wanted === undefined || name === wanted);
  if (found.length === 0) throw new Error(`${file} declares no ${wanted ?? 'export'}: this check has to learn how.`);
  return found.map(({ name, line, isDocumented }) => ({ at: `${file}:${line} ${name}`, isDocumented }));
}

function namesIn(source: string) {
  const lines = source.split('\n');
  const all = lines.flatMap((text, index) => {
    const declared =
      /^export (?:declare )?(?:async )?(?:abstract )?(?:const|function\*?|class|type|interface) (\w+)/.exec(text);
    const [, name] = declared ?? [];
    if (name === undefined) return [];
    const above = lines.slice(0, index).findLast((line) => !line.startsWith('// oxlint-disable'));
    return [{ name, isDocumented: above?.endsWith('*/') ?? false, line: index + 1 }];
  });
  // An overload and its implementation are one; a constant and a type may share a name, and the first speaks for both.
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}
