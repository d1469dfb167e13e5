import { readMigrationFiles } from 'drizzle-orm/migrator';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type MigrationFile = { hash: string; createdAt: number; sql: string };

/** The generated migrations of this package, beside `src` and `dist` alike. */
export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

export function readMigrations(folder: string = migrationsFolder): MigrationFile[] {
  if (!existsSync(folder)) throw new Error(`The migrations of the database are missing: there is no folder ${folder}.`);
  return readMigrationFiles({ migrationsFolder: folder }).map(({ hash, folderMillis, sql }) => ({
    hash,
    createdAt: folderMillis,
    sql: sql.join('\n'),
  }));
}

/** The functions in our schema that exist after all migrations. */
export function functionsOf(migrations: readonly MigrationFile[]): string[] {
  const names = new Set<string>();
  const statement = /\b(create(?:\s+or\s+replace)?|drop)\s+function\s+(?:if\s+exists\s+)?"?folkmoot"?\."?(\w+)"?/gi;
  for (const { sql } of migrations) {
    for (const [, verb = '', name = ''] of sql.matchAll(statement)) {
      if (verb.toLowerCase() === 'drop') names.delete(name);
      else names.add(name);
    }
  }
  return [...names];
}
