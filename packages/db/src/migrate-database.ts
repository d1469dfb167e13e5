import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from '#postgres';
import { findLossySettings } from './check-durability.ts';
import { findMissingTables } from './check-tables.ts';
import type { DatabaseClient } from './connect-database.ts';
import { silentLogger, type DatabaseLogger } from './database-logger.ts';
import { checkDatabaseUrl, explainDatabaseError } from './database-url.ts';
import { migrationsFolder, readMigrations, type MigrationFile } from './migration-files.ts';

/**
 * The database that is to be migrated. `logger` is silent by default; `folder` holds other migrations than those
 * of this package, for tests.
 */
export type MigrateOptions = { url: string; logger?: DatabaseLogger; folder?: string };

/** The database is not what this version of the code needs. */
export class DatabaseSchemaError extends Error {
  override readonly name = 'DatabaseSchemaError';
}

/** 'folk', 'moot': any two numbers that nobody else locks. */
const lockKey = [0x666f_6c6b, 0x6d6f_6f74] as const;
const migrationsSchema = 'folkmoot';
const migrationsTable = 'migrations';

/**
 * Brings the tables up to date and checks that everything the code needs is there. Safe for any number of nodes that
 * start at once: one migrates, the others wait for it. Touches nothing outside the schema `folkmoot`; its journal lies
 * there too, so that a host's own migrations with Drizzle never meet ours. Warns of settings that lose messages (S1).
 *
 * A database that a newer version has migrated is used as it is, with a warning, if it still has all that is needed:
 * the nodes of the old version live on, and start again, while the new one is rolled out. Otherwise, and when the
 * database went through other migrations than ours, this rejects with a `DatabaseSchemaError`; when it cannot be
 * reached, with a `DatabaseUrlError`.
 */
export async function migrateDatabase({ url, logger = silentLogger, folder }: MigrateOptions): Promise<void> {
  checkDatabaseUrl(url);
  const migrations = readMigrations(folder);
  const sql = postgres(url, {
    // The lock belongs to a session: migrations and checks run on the one connection that holds it.
    max: 1,
    connect_timeout: 5,
    max_lifetime: null,
    onnotice: () => {},
    connection: { application_name: 'folkmoot migrations' },
  });
  try {
    // Waiting for another node, and building an index, take as long as they take, whatever the role's own settings say.
    await sql`
      select set_config(name, '0', false)
      from unnest(array['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) as name`;
    await lock(sql, logger);
    await migrate(drizzle(sql), { migrationsFolder: folder ?? migrationsFolder, migrationsSchema, migrationsTable });
    await check(sql, migrations, logger);
    for (const warning of await findLossySettings(sql)) logger.warn(warning);
  } catch (error) {
    throw explainDatabaseError(error, url);
  } finally {
    // Ends the session, and with it the lock.
    await sql.end({ timeout: 5 });
  }
}

async function lock(sql: DatabaseClient, logger: DatabaseLogger): Promise<void> {
  const [first] = await sql<{ taken: boolean }[]>`
    select pg_try_advisory_lock(${lockKey[0]}::int, ${lockKey[1]}::int) as taken`;
  if (first?.taken) return;
  logger.info('Another node is migrating the database. Waiting for it.');
  await sql`select pg_advisory_lock(${lockKey[0]}::int, ${lockKey[1]}::int)`;
}

async function check(sql: DatabaseClient, migrations: MigrationFile[], logger: DatabaseLogger): Promise<void> {
  const applied = await sql<{ hash: string; createdAt: string }[]>`
    select hash, created_at as "createdAt" from ${sql(migrationsSchema)}.${sql(migrationsTable)}`;
  const hashes = new Set(applied.map(({ hash }) => hash));
  const newest = migrations.at(-1)?.createdAt ?? 0;
  const isNewer = applied.some(({ createdAt }) => Number(createdAt) > newest);

  const skipped = migrations.filter(({ hash }) => !hashes.has(hash));
  if (skipped.length > 0) {
    // Drizzle goes by the date of the last one alone: what is older than that it passes over without a word.
    throw new DatabaseSchemaError(
      `The database went through other migrations than this version of Folkmoot has: ${skipped.length} of ` +
        `${migrations.length} were not applied to it. Use the version that it was made with, or a later release.`,
    );
  }
  const missing = await findMissingTables(sql, migrations);
  if (missing.length > 0) {
    const why = isNewer ? 'It was migrated by a newer version of Folkmoot.' : 'Something has changed it by hand.';
    throw new DatabaseSchemaError(`The database lacks what this version needs: ${missing.join(', ')}. ${why}`);
  }
  if (isNewer) {
    logger.warn('The database was migrated by a newer version of Folkmoot. This one goes on with it.');
  }
}
