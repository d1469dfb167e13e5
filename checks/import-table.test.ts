import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspacePackages } from './import-table.ts';

/*
 * The rules are proved by breaking them: a small workspace of the same shape, with the real configuration, one file a
 * violation, linted once.
 */

const root = fileURLToPath(new URL('..', import.meta.url));

let things = 0;
const imports = (name: string) => {
  things++;
  return `import { thing as thing${things} } from '${name}';\nexport const used${things}: unknown = thing${things};\n`;
};
const importsType = (type: string, name: string) =>
  `import type { ${type} } from '${name}';\nexport type Used = ${type};\n`;

/** [file, its text, a piece of the message that must be reported] */
const refused: [string, string, string][] = [
  ['packages/contract/src/uses-db.ts', imports('@folkmoot/db'), 'depends on zod only'],
  ['packages/contract/src/uses-node.ts', imports('node:crypto'), 'depends on zod only'],
  ['packages/contract/src/uses-superjson.ts', imports('superjson'), 'depends on zod only'],
  ['packages/contract/src/uses-type.ts', importsType('Db', '@folkmoot/db'), 'depends on zod only'],
  ['packages/contract/src/contract-uses.test.ts', imports('@folkmoot/api'), 'knows no other package'],
  ['packages/db/src/uses-api.ts', imports('@folkmoot/api'), '@folkmoot/contract only'],
  ['packages/db/src/reads-environment.ts', 'export const port = process.env.PORT;\n', 'process.env'],
  ['packages/db/src/reads-process.ts', "import { env } from 'node:process';\nexport const x = env;\n", 'is an input'],
  ['packages/ws/src/uses-contract.ts', imports('@folkmoot/contract'), 'knows no chat'],
  ['packages/ws/src/ws-uses.test.ts', imports('@folkmoot/api'), 'knows no chat'],
  ['packages/api/src/uses-server.ts', imports('@folkmoot/server'), 'packages/api stands on'],
  ['packages/api/src/uses-fan-out.ts', imports('@folkmoot/ws'), 'only the type of the fan-out interface'],
  ['packages/api/src/uses-ws.ts', imports('ws'), 'use that'],
  ['packages/api/src/uses-http.ts', imports('node:http'), 'knows no transport'],
  ['packages/api/src/uses-http-bare.ts', imports('http'), 'knows no transport'],
  ['packages/api/src/messages/uses-drizzle-router.ts', imports('drizzle-orm'), 'call a store'],
  ['packages/api/src/messages/uses-drizzle-pg.ts', imports('drizzle-orm/pg-core'), 'call a store'],
  ['packages/api/src/messages/uses-tables.ts', imports('@folkmoot/db/drizzle'), 'call a store'],
  ['apps/server/src/uses-tables.ts', imports('@folkmoot/db/drizzle'), 'call a store'],
  ['packages/api/src/messages/some-store.ts', imports('ioredis'), 'use the event bus'],
  ['packages/api/src/messages/other-store.ts', imports('node:http'), 'knows no transport'],
  ['packages/api/src/log/memory-event-bus.ts', imports('ioredis'), 'use the event bus'],
  ['packages/api/src/log/redis-event-bus.ts', imports('ioredis'), 'use the event bus'],
  ['packages/api/src/redis/connect-redis.ts', imports('drizzle-orm'), 'call a store'],
  ['packages/api/src/api-environment.ts', 'export const url = process.env.DATABASE_URL;\n', 'process.env'],
  ['packages/api/src/deep.ts', imports('@folkmoot/db/src/schema'), 'not its files'],
  ['packages/api/src/relative.ts', imports('../../db/src/index.ts'), 'by its name'],
  ['packages/api/src/uses-testing.ts', imports('@folkmoot/db/testing'), 'is for tests'],
  ['packages/db/src/db-uses.test.ts', imports('@folkmoot/api'), '@folkmoot/contract only'],
  ['packages/client/src/uses-db.ts', imports('@folkmoot/db'), 'the type FolkmootRouter'],
  ['packages/client/src/uses-api.ts', imports('@folkmoot/api'), 'runs without the server'],
  ['packages/client/src/other-type.ts', importsType('ChatServices', '@folkmoot/api'), 'shapes come from'],
  ['packages/client/src/uses-node.ts', imports('node:fs'), 'runs in browsers'],
  ['packages/react/src/uses-contract.ts', imports('@folkmoot/contract'), '@folkmoot/client only'],
  ['apps/server/src/uses-client.ts', imports('@folkmoot/client'), 'for its tests'],
  ['apps/server/src/uses-ws.ts', imports('ws'), 'use that'],
  ['apps/server/src/configuration.ts', 'export const port = process.env.PORT;\n', 'process.env'],
  ['apps/web/src/uses-api.ts', importsType('FolkmootRouter', '@folkmoot/api'), 'add to packages/client'],
  ['apps/web/src/fetches.ts', "export const page = fetch('/');\n", 'packages/client only'],
  ['apps/web/src/opens.ts', "export const socket = new window.WebSocket('/');\n", 'packages/client only'],
  ['apps/web/src/listens.ts', "export const source = new EventSource('/');\n", 'packages/client only'],
  ['apps/bench/src/deep.ts', imports('@folkmoot/api/dist/index.js'), 'not its files'],
  ['apps/faults/src/relative.ts', imports('../../../packages/api/src/index.ts'), 'by its name'],
  ['apps/examples/src/uses-server.ts', imports('@folkmoot/server'), 'what the packages export'],
  ['apps/examples/src/deep.ts', imports('@folkmoot/api/dist/index.js'), 'not its files'],
  ['apps/examples/src/uses-testing.ts', imports('@folkmoot/db/testing'), 'is for tests'],

  ['packages/api/src/floats.ts', "import { save } from '@folkmoot/db';\nsave();\n", 'Promises must be awaited'],
  ['packages/api/src/voids.ts', "import { save } from '@folkmoot/db';\nvoid save();\n", 'Promises must be awaited'],
  ['packages/api/src/floats.test.ts', "import { save } from '@folkmoot/db';\nsave();\n", 'Promises must be awaited'],
  ['packages/api/src/any.ts', 'export const x: any = 1;\n', 'any'],
  ['packages/api/src/cast.ts', 'export const x = (y: unknown) => y as string;\n', 'Unsafe type assertion'],
  ['packages/api/src/bang.ts', 'export const x = (y?: string) => y!;\n', 'non-null assertion'],
  ['packages/api/src/badName.ts', 'export const x = 1;\n', 'kebab'],
];

const allowed: [string, string][] = [
  ['packages/contract/src/uses-zod.ts', imports('zod')],
  ['packages/contract/src/uses-crypto.test.ts', imports('node:crypto')],
  ['packages/db/src/uses-contract.ts', imports('@folkmoot/contract')],
  ['packages/db/src/uses-drizzle.ts', imports('drizzle-orm/pg-core')],
  ['packages/ws/src/serves.ts', imports('ws') + imports('node:http')],
  ['packages/api/src/messages/message-store.ts', imports('@folkmoot/db/drizzle') + imports('@folkmoot/db')],
  ['packages/api/src/log/log-writer.ts', imports('@folkmoot/db/drizzle')],
  ['packages/api/src/fan-out-type.ts', importsType('FanOutSource', '@folkmoot/ws')],
  ['packages/api/src/world.test.ts', imports('@folkmoot/db/testing') + imports('node:http') + imports('ws')],
  ['packages/client/src/router-type.ts', importsType('FolkmootRouter', '@folkmoot/api')],
  ['packages/react/src/uses-client.ts', imports('@folkmoot/client') + imports('react')],
  ['apps/server/src/main.ts', 'export const port = process.env.PORT;\n' + imports('@folkmoot/api')],
  ['apps/server/src/chat.test.ts', imports('@folkmoot/client') + imports('ws')],
  ['apps/web/src/app.ts', imports('@folkmoot/client')],
  ['apps/faults/src/scenario-world.ts', imports('@folkmoot/api/testing') + imports('@folkmoot/db/testing')],
  ['apps/examples/src/some-host.ts', imports('@folkmoot/api') + imports('@folkmoot/ws') + imports('node:http')],
  ['apps/bench/src/scenario.ts', imports('@folkmoot/api') + imports('@folkmoot/db')],
];

type Diagnostic = { filename: string; message: string; help?: string };

let workspace: string;
let found: string[];

beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'folkmoot-lint-'));
  const put = async (file: string, text: string) => {
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), text);
  };
  for (const name of ['oxlint.config.ts', 'tsconfig.json', 'tsconfig.base.json', 'package.json']) {
    await copyFile(join(root, name), join(workspace, name));
  }
  await symlink(join(root, 'checks'), join(workspace, 'checks'));
  await symlink(join(root, 'node_modules'), join(workspace, 'node_modules'));

  // As after a build: sources of a package see the others through their declarations, tests through their sources.
  const exports = { '.': { '@folkmoot/source': './src/index.ts', types: './dist/index.d.ts' } };
  await put('packages/db/package.json', JSON.stringify({ name: '@folkmoot/db', type: 'module', exports }));
  await put('packages/db/src/index.ts', 'export async function save(): Promise<void> {}\n');
  await put('packages/db/dist/index.d.ts', 'export declare function save(): Promise<void>;\n');
  await put('packages/api/package.json', JSON.stringify({ name: '@folkmoot/api', type: 'module' }));
  await copyFile(join(root, 'packages/api/tsconfig.json'), join(workspace, 'packages/api/tsconfig.json'));
  await mkdir(join(workspace, 'packages/api/node_modules/@folkmoot'), { recursive: true });
  await symlink(join(workspace, 'packages/db'), join(workspace, 'packages/api/node_modules/@folkmoot/db'));
  for (const [file, text] of [...refused, ...allowed]) await put(file, text);

  const { diagnostics } = JSON.parse(await lint()) as { diagnostics: Diagnostic[] };
  found = diagnostics.map(({ filename, message, help }) => `${filename}: ${message} ${help ?? ''}`);
});

afterAll(() => rm(workspace, { recursive: true }));

test.for(refused)('refused: %s', ([file, , piece]) => {
  const about = found.filter((line) => line.startsWith(`${file}: `));
  expect(about.join('\n')).toContain(piece);
});

test.for(allowed)('allowed: %s', ([file]) => {
  expect(found.filter((line) => line.startsWith(`${file}: `))).toEqual([]);
});

test('every package of the workspace is in the table', async () => {
  const folders = await Promise.all(['apps', 'packages'].map((parent) => readdir(join(root, parent))));
  expect(workspacePackages).toEqual(expect.arrayContaining(folders.flat()));
});

function lint(): Promise<string> {
  const args = ['--type-aware', '--format=json', 'packages', 'apps'];
  return new Promise((resolve) => {
    execFile(join(root, 'node_modules/.bin/oxlint'), args, { cwd: workspace }, (_error, stdout) => resolve(stdout));
  });
}
