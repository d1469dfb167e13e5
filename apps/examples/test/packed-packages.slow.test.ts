import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutsideProject, type OutsideProject } from './outside-project.ts';
import { packPackages, type PackedPackage } from './pack-packages.ts';
import { workspaceBinary, runProgram } from './run-program.ts';

/*
 * The packages as a registry would have them (docs/decisions/0014). The first tests look at the tarballs; the others
 * install them in a project that has nothing else of this workspace, which needs the registry for the rest.
 */

const publicNames = ['api', 'client', 'contract', 'db', 'react', 'ws'].map((name) => `@folkmoot/${name}`);

let folder: string;
let packages: PackedPackage[];
let outside: OutsideProject;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'folkmoot-packed-'));
  packages = await packPackages(folder);
  outside = await createOutsideProject(join(folder, 'outside'), packages);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const packed = (name: string): PackedPackage => {
  const found = packages.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`${name} was not packed.`);
  return found;
};

test('the packages that hosts and pages use are packed, and no others', () => {
  expect(packages.map(({ name }) => name).toSorted()).toEqual(publicNames);
});

test.for(publicNames)('publint finds nothing in %s', async (name) => {
  const bytes = await readFile(packed(name).tarball);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages } = await publint({ pack: { tarball }, strict: true });
  expect(messages).toEqual([]);
});

test.for(publicNames)('are-the-types-wrong finds nothing in %s, for ES modules', async (name) => {
  const args = [packed(name).tarball, '--profile', 'esm-only', '--format', 'json'];
  const { code, output } = await runProgram(workspaceBinary('attw'), args, { cwd: folder });
  expect(code, output).toBe(0);
});

test.for(publicNames)('%s holds what it needs and nothing of this workspace', (name) => {
  const { files, manifest } = packed(name);
  expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']));
  expect(files.filter((file) => /\.(test|test-d|suite)\.|(^|\/)testing\//.test(file))).toEqual([]);
  const { devDependencies: _dev, scripts: _scripts, files: _files, ...published } = manifest;
  expect(JSON.stringify(published)).not.toMatch(/@folkmoot\/source|workspace:|catalog:|\/testing/);
});

test.for(['nodenext', 'bundler'] as const)(
  'a project outside compiles against them under %s resolution, every declaration checked and none of them Drizzle’s',
  async (resolution, { skip }) => {
    if (outside.lacks !== undefined) skip(outside.lacks);
    const { code, output } = await outside.compile(resolution);
    expect(output.split('\n').filter((line) => line.includes(': error '))).toEqual([]);
    expect(code).toBe(0);
    const read = output.split('\n').filter((line) => line.endsWith('.d.ts'));
    expect(read.some((file) => file.endsWith('@folkmoot/api/dist/index.d.ts'))).toBe(true);
    expect(read.filter((file) => file.includes('/drizzle-orm/'))).toEqual([]);
  },
);

test('a project outside renders a room on a server, where nothing is opened', async ({ skip }) => {
  if (outside.lacks !== undefined) skip(outside.lacks);
  const { code, output } = await outside.run('room-page.js');
  expect(output).toContain('<ol role="log" aria-busy="true"></ol>');
  expect(code, output).toBe(0);
});

test('a project outside chats: embedded PostgreSQL, the router on its own root, a WebSocket and a page without', async ({
  skip,
}) => {
  if (outside.lacks !== undefined) skip(outside.lacks);
  const { code, output } = await outside.run('chat-outside.js');
  expect(output).toContain('ann wrote: Hello from outside');
  expect(output).toContain('over websocket and sse');
  expect(output).toContain('answer timeout: 7 s');
  expect(code, output).toBe(0);
});
