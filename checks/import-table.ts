import type { OxlintOverride } from 'oxlint';

/*
 * Who may import whom. Each refusal says where to go instead. A later row replaces the earlier ones for the files that
 * it names, so every row is complete in itself.
 */

type Refusal = {
  /** Names of modules, without look-around: the linter is written in Rust. */
  regex: string;
  allowTypeImports?: boolean;
  allowImportNames?: string[];
  message: string;
};

const filesOfOthers: Refusal[] = [
  { regex: '^@folkmoot/[^/]+/(src|dist)(/|$)', message: 'Import what the package exports, not its files.' },
  {
    regex: String.raw`^\.{1,2}/(.*/)?[^./][^/]*/(src|dist)/`,
    message: 'Import the package by its name, not its files.',
  },
];
const testing: Refusal = {
  regex: '^@folkmoot/[^/]+/testing$',
  message: 'What tests build their worlds with is for tests.',
};
const environment: Refusal = {
  regex: '^(node:)?process$',
  message: 'The environment is an input: take the value as a parameter. Only apps/server/src/main.ts reads it.',
};
const npmWs: Refusal = { regex: '^ws$', message: 'Sockets are served by @folkmoot/ws: use that.' };
const nodeHttp: Refusal = {
  regex: '^(node:)?http[s2]?$',
  message: 'This package knows no transport: HTTP belongs to apps/server.',
};
const nodeModules: Refusal = {
  regex: '^node:',
  message: 'This runs in browsers: take what differs in Node as an option.',
};
const drizzle: Refusal = {
  regex: '^(drizzle-orm(/|$)|@folkmoot/db/drizzle$)',
  message: 'SQL belongs to packages/db, and in packages/api to *-store.ts and log-writer.ts: call a store.',
};
const redis: Refusal = {
  regex: '^ioredis$',
  message: 'Only packages/api/src/redis connects to Redis: use the event bus.',
};

/** All packages of the workspace, by the names behind `@folkmoot/`. */
export const workspacePackages = [
  'contract',
  'db',
  'ws',
  'api',
  'client',
  'react',
  'server',
  'web',
  'bench',
  'faults',
  'examples',
];

/** Of our own packages only these. */
function ours(allowed: string[], message: string): Refusal {
  const others = workspacePackages.filter((name) => !allowed.includes(name));
  return { regex: `^@folkmoot/(${others.join('|')})(/|$)`, message };
}

const apiBase: Refusal[] = [
  ours(['contract', 'db', 'ws'], 'packages/api stands on @folkmoot/contract and @folkmoot/db only.'),
  {
    regex: '^@folkmoot/ws$',
    allowTypeImports: true,
    message: 'Of @folkmoot/ws only the type of the fan-out interface: the router knows no transport.',
  },
  environment,
  npmWs,
  nodeHttp,
];

export const testFiles = [
  '**/*.{test,test-d,suite}.{ts,tsx}',
  'packages/*/src/testing/**',
  '{apps,packages}/*/test/**',
];

/** The rows of the table, for `overrides` of the linter's configuration. */
export const importTable: OxlintOverride[] = [
  row('**', []),

  row('packages/contract/**', [
    { regex: '^([^.z]|z[^o]|zo[^d]|zod.)', message: 'The contract is safe for browsers: it depends on zod only.' },
  ]),
  row('packages/db/**', [
    ours(['contract'], 'packages/db stands on @folkmoot/contract only.'),
    environment,
    npmWs,
    nodeHttp,
    redis,
  ]),
  row('packages/ws/**', [
    ours([], 'packages/ws knows no chat: describe what you need as an interface here and let packages/api provide it.'),
    environment,
    drizzle,
    redis,
  ]),
  row('packages/api/**', [...apiBase, drizzle, redis]),
  row(['packages/api/src/**/*-store.ts', 'packages/api/src/log/log-writer.ts'], [...apiBase, redis]),
  row('packages/api/src/redis/**', [...apiBase, drizzle]),
  row('packages/client/**', [
    ours(['contract', 'api'], 'packages/client stands on @folkmoot/contract, and on the type FolkmootRouter.'),
    {
      regex: '^@folkmoot/api$',
      allowTypeImports: true,
      message: 'Of @folkmoot/api only the type FolkmootRouter: the client runs without the server.',
    },
    {
      regex: '^@folkmoot/api$',
      allowImportNames: ['FolkmootRouter'],
      message: 'Of @folkmoot/api only the type FolkmootRouter: shapes come from @folkmoot/contract.',
    },
    nodeModules,
    npmWs,
    drizzle,
    redis,
  ]),
  row('packages/react/**', [
    ours(['client'], 'packages/react stands on @folkmoot/client only.'),
    nodeModules,
    npmWs,
    drizzle,
    redis,
  ]),
  row('apps/server/**', [
    ours(
      ['contract', 'db', 'api', 'ws'],
      'apps/server stands on contract, db, api and ws; the client is for its tests.',
    ),
    environment,
    npmWs,
    drizzle,
    redis,
  ]),
  row('apps/web/**', [
    ours(['client', 'react', 'contract'], 'apps/web stands on client, react and contract: add to packages/client.'),
    nodeModules,
    npmWs,
    drizzle,
    redis,
  ]),

  row('apps/examples/**', [
    ours(['contract', 'db', 'api', 'ws', 'client'], 'Examples show what the packages export, for people copy them.'),
    npmWs,
    drizzle,
    redis,
  ]),

  // It breaks what tests build their worlds with.
  testRow('apps/faults/**', []),

  // Tests build their own world, of public paths; but what knows nothing of the chat knows nothing of it in tests.
  testRow(testFiles, []),
  testRow('packages/contract/src/**/*.{test,test-d}.ts', [ours([], 'The contract knows no other package.')]),
  testRow('packages/db/src/**/*.{test,test-d}.ts', [
    ours(['contract'], 'packages/db stands on @folkmoot/contract only.'),
  ]),
  testRow('packages/ws/src/**/*.{test,test-d,suite}.ts', [ours([], 'packages/ws knows no chat, its tests neither.')]),
];

function row(files: string | string[], refusals: Refusal[]): OxlintOverride {
  return testRow(files, [...refusals, testing]);
}

function testRow(files: string | string[], refusals: Refusal[]): OxlintOverride {
  return {
    files: typeof files === 'string' ? [files] : files,
    rules: { 'no-restricted-imports': ['error', { patterns: [...refusals, ...filesOfOthers] }] },
  };
}
