import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { environmentSchema } from './environment-schema.ts';

const root = new URL('../../../../', import.meta.url);
const variables = Object.entries(environmentSchema.shape).map(([name, schema]) => {
  const { description, fallback } = schema.meta() ?? {};
  return { name, description, fallback };
});

it('docs/configuration.md lists every variable with its default and what it does, and no other', () => {
  const rows = readFileSync(new URL('docs/configuration.md', root), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toEqual(
    variables.map(
      ({ name, fallback, description }) => `| \`${name}\` | ${String(fallback)} | ${String(description)} |`,
    ),
  );
});

it('.env.example names every variable once, commented out, and no other', () => {
  const names = readFileSync(new URL('.env.example', root), 'utf8')
    .split('\n')
    .flatMap((line) => /^#? ?([A-Z_]+)=/.exec(line)?.slice(1) ?? []);
  expect(names.toSorted()).toEqual(variables.map(({ name }) => name).toSorted());
});
