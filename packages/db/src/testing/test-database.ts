import { randomBytes } from 'node:crypto';
import postgres from '#postgres';
import { connectDatabase, type DatabaseConnection, type DatabaseOptions } from '../connect-database.ts';
import { type DrizzleDatabase, drizzleOf } from '../drizzle/drizzle-of.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The cluster of this test run, by its template database. */
    folkmootTestClusterUrl: string;
  }
}

export const templateDatabase = 'folkmoot_template';

/** A connection that tests ask what they like. */
export type TestConnection = DatabaseConnection & { db: DrizzleDatabase };

export type TestDatabase = {
  url: string;
  /** A connection to it that ends with it, if not before. */
  connect(options?: Omit<DatabaseOptions, 'url'>): TestConnection;
  /** Ends its connections and drops it. May be called more than once. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A migrated database of a test's own, made in a few dozen milliseconds. Works in vitest only. */
export async function createTestDatabase(): Promise<TestDatabase> {
  // Outside of vitest the module cannot even be loaded, and what else is exported beside this can be of use there.
  const { inject } = await import('vitest');
  const clusterUrl = inject('folkmootTestClusterUrl');
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  // Nobody may be connected to the template while it is copied.
  const admin = databaseUrl(clusterUrl, 'postgres');
  await run(admin, (sql) => sql`create database ${sql(name)} template ${sql(templateDatabase)}`);

  const url = databaseUrl(clusterUrl, name);
  const connections: DatabaseConnection[] = [];
  let closed: Promise<void> | undefined;
  async function close(): Promise<void> {
    await Promise.all(connections.map((connection) => connection.close()));
    await run(admin, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
  }
  return {
    url,
    connect(options = {}) {
      const connection = connectDatabase({ ...options, url });
      connections.push(connection);
      return { ...connection, db: drizzleOf(connection.db) };
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}

function databaseUrl(clusterUrl: string, name: string): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function run(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
