import { execFile } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listMarkdownFiles, repository } from './markdown-files.ts';
import { collectCommands, collectModules } from './snippets.ts';

const documents = listMarkdownFiles();
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

// Within docs, whose node_modules has every package that a snippet may import.
const folder = mkdtempSync(join(repository, 'docs', '.snippets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const brokenDocument = `# Shows that broken snippets are found

\`\`\`ts
import { createChat } from '@folkmoot/client';
createChat({ ownUser: null });
\`\`\`
`;

test('the code in READMEs, the guide and the other documents compiles against the packages', async () => {
  const texts = new Map([['broken.md', brokenDocument], ...documents.map((path) => [path, read(path)] as const)]);
  const files: string[] = [];
  for (const [path, markdown] of texts) {
    for (const { name, source } of collectModules(markdown)) {
      const file = join(path, name);
      files.push(file);
      mkdirSync(join(folder, path), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
  }
  // Strict as the packages are, but for a matter of style.
  const compilerOptions = { noPropertyAccessFromIndexSignature: false };
  const project = { extends: '../../tsconfig.json', compilerOptions, files, include: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
  expect(await compile(folder)).toEqual([
    "broken.md, line 5: Property 'url' is missing in type '{ ownUser: null; }' but required in type 'ChatOptions'.",
  ]);
}, 180_000);

const builtIn = new Set(['pack', 'install', 'exec', 'patch', 'patch-commit']);

test('commands of pnpm in documents name scripts that there are', () => {
  const known = new Map(
    globSync(['package.json', '{apps,packages}/*/package.json'], { cwd: repository }).map((path) => {
      const { name, scripts = {} } = JSON.parse(read(path)) as { name: string; scripts?: Record<string, string> };
      return [name, new Set(Object.keys(scripts))];
    }),
  );
  const called = documents.flatMap((path) =>
    collectCommands(read(path)).flatMap(({ line, command }) =>
      calledScripts(command).map((script) => ({ at: `${path}:${line}: ${command}`, ...script })),
    ),
  );
  expect(called.length).toBeGreaterThan(30);
  const unknown = called.filter(({ filter, script }) => !builtIn.has(script) && !known.get(filter)?.has(script));
  expect(unknown.map(({ at }) => at)).toEqual([]);
});

/** What the compiler finds in the snippets: `DOCUMENT, line N: MESSAGE`. */
async function compile(project: string): Promise<string[]> {
  const tsc = join(repository, 'node_modules', '.bin', 'tsc');
  const output = await new Promise<string>((resolve) => {
    execFile(tsc, ['-p', project, '--pretty', 'false'], { cwd: project }, (_, stdout) => resolve(stdout));
  });
  const lines = output.split('\n').filter((line) => /^\S/.test(line));
  return lines.map((line) => {
    const found = /^(.+\.md)\/[^/]+\((\d+),\d+\): error \w+: (.*)$/.exec(line);
    return found ? `${found[1]}, line ${found[2]}: ${found[3]}` : line;
  });
}

/** The scripts that a command runs with pnpm, each with the name of the package whose script it is. */
function calledScripts(command: string): { filter: string; script: string }[] {
  const calls = command.matchAll(
    /\bpnpm(?:@[\d.]+)? ((?:--?[\w-]+ (?:@[\w/-]+ )?)*)(?:run )?((?:--?[\w-]+ )*)([a-z][\w:-]*)/g,
  );
  return Array.from(calls, ([, options = '', , script = '']) => ({
    filter: /--filter (\S+)/.exec(options)?.[1] ?? 'folkmoot',
    script,
  }));
}
