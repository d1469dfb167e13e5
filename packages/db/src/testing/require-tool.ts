import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that a few tests need and that no npm package brings; the value is Debian's package. */
const packages = {
  chromium: 'chromium',
  'redis-server': 'redis-server',
  postgres: 'postgresql-15',
} as const;

export type Tool = keyof typeof packages;

/**
 * The path of a program that the machine may lack. Where it is missing, undefined and a line that says so, for
 * `test.skipIf`; with FOLKMOOT_REQUIRE_TOOLS=1, as in CI, it throws, so that no skipped test passes for a green one.
 */
export function requireTool(tool: Tool, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [...(env['PATH'] ?? '').split(delimiter), ...debianPostgresFolders(tool)];
  const path = folders
    .filter(Boolean)
    .map((folder) => join(folder, tool))
    .find(isExecutable);
  if (path) return path;

  const reason = `${tool} is not installed (apt-get install ${packages[tool]})`;
  if (env['FOLKMOOT_REQUIRE_TOOLS'] === '1') throw new Error(`${reason}, and FOLKMOOT_REQUIRE_TOOLS=1 demands it.`);
  console.warn(`Some tests are skipped: ${reason}.`);
  return undefined;
}

// Debian keeps the server's programs off the PATH, one folder a major version.
function debianPostgresFolders(tool: Tool): string[] {
  if (tool !== 'postgres') return [];
  const root = '/usr/lib/postgresql';
  try {
    return readdirSync(root).map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
