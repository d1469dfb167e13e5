import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const sources = readdirSync(new URL('.', import.meta.url)).filter((name) => /^[^.]+\.ts$/.test(name));
const imported = new Set(
  sources.flatMap((name) => [...read(name).matchAll(/(?:from|import\()\s*'([^.'][^']*)'/g)].map(([, path]) => path)),
);

test('decision 15: at run time the client needs four packages, and of tRPC’s server the observable only', () => {
  const {
    dependencies,
    peerDependencies,
  }: Record<string, Record<string, string>> = JSON.parse(read('../package.json'));
  expect(Object.keys(dependencies ?? {})).toEqual(['@folkmoot/contract', '@trpc/client', 'eventsource', 'superjson']);
  expect(Object.keys(peerDependencies ?? {})).toContain('@trpc/server');
  expect(imported).toEqual(
    new Set([
      '@folkmoot/api',
      '@folkmoot/contract',
      '@trpc/client',
      '@trpc/server/observable',
      'eventsource',
      'superjson',
    ]),
  );
});
