import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');

test('the contract depends on zod and nothing else', () => {
  const manifest: Record<string, unknown> = JSON.parse(read('package.json'));
  expect(manifest['dependencies']).toEqual({ zod: 'catalog:ranges' });
  expect(manifest).not.toHaveProperty('peerDependencies');
  expect(manifest).not.toHaveProperty('optionalDependencies');
});

test('it compiles without the types of Node and of browsers, so it runs in both', () => {
  const tsc = `${folder}/../../node_modules/.bin/tsc`;
  const options = ['-p', `${folder}/tsconfig.json`, '--noEmit', '--listFiles', '--composite', 'false'];
  const files = execFileSync(tsc, options, { encoding: 'utf8' }).split('\n');
  expect(files.filter((file) => file.includes('/packages/contract/src/')).length).toBeGreaterThan(10);
  expect(files.filter((file) => /@types\/node|lib\.dom/.test(file))).toEqual([]);
});

test('every file with something public is exported', () => {
  const internal = ['index.ts', 'sha1.ts', 'visible-text.ts'];
  const files = readdirSync(`${folder}/src`).filter(
    (file) => !/\.test(-d)?\.ts$/.test(file) && !internal.includes(file),
  );
  const exported = Array.from(read('src/index.ts').matchAll(/'\.\/(.+)'/g), ([, file]) => String(file));
  expect(exported.toSorted()).toEqual(files.toSorted());
});
