import { is } from 'drizzle-orm';
import { PgDatabase } from 'drizzle-orm/pg-core';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { Database } from '../database.ts';
import type * as schema from '../schema/index.ts';

/** Drizzle over our tables. */
export type DrizzleDatabase = PostgresJsDatabase<typeof schema> & Database;

/** The database as Drizzle. Throws a TypeError for what `connectDatabase` has not made. */
export function drizzleOf(database: Database): DrizzleDatabase {
  if (!isDrizzle(database)) throw new TypeError('This is no database of connectDatabase of @folkmoot/db.');
  return database;
}

function isDrizzle(database: Database): database is DrizzleDatabase {
  return is(database, PgDatabase);
}
