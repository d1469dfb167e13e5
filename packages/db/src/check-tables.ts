import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import type { DatabaseClient } from './connect-database.ts';
import { functionsOf, type MigrationFile } from './migration-files.ts';
import * as schema from './schema/index.ts';

/**
 * Compares what the code needs with what the database has: the tables and columns of the Drizzle schema, and the
 * functions of the migrations. Returns what is missing, by name.
 */
export async function findMissingTables(sql: DatabaseClient, migrations: readonly MigrationFile[]): Promise<string[]> {
  const columns = await sql<{ name: string }[]>`
    select c.relname || '.' || a.attname as name
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
    where n.nspname = 'folkmoot' and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`;
  const functions = await sql<{ name: string }[]>`
    select p.proname as name
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'folkmoot'`;
  const present = new Set([...columns.map(({ name }) => name), ...functions.map(({ name }) => `${name}()`)]);
  const needed = [...neededColumns(), ...functionsOf(migrations).map((name) => `${name}()`)];
  return needed.filter((name) => !present.has(name)).map((name) => `folkmoot.${name}`);
}

function neededColumns(): string[] {
  return Object.values(schema)
    .filter((value) => is(value, PgTable))
    .flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map((column) => `${name}.${column.name}`);
    });
}
