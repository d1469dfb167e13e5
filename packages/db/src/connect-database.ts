import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from '#postgres';
import type { Database } from './database.ts';
import { checkDatabaseUrl } from './database-url.ts';
import * as schema from './schema/index.ts';

/** postgres.js, for what Drizzle has no words for: LISTEN, a reserved connection. */
export type DatabaseClient = postgres.Sql;

/** How {@link connectDatabase} connects; all but `url` have good defaults. */
export type DatabaseOptions = {
  url: string;
  /** Default 10. Connections are made when they are needed first. */
  maxConnections?: number;
  /**
   * How long a query may wait for the next byte of its answer before its connection is given up; default 10 seconds,
   * twice what a statement may take. Without it a database that is cut off would hold queries for a quarter of an hour.
   */
  answerTimeoutMs?: number;
  /** What PostgreSQL shows in `pg_stat_activity`; default `folkmoot`. */
  applicationName?: string;
  /** PostgreSQL's notices; dropped by default. */
  onNotice?: (notice: { severity: string; message: string }) => void;
  /** Called when a connection has gone: whatever was learned over it about the server may be different on the next. */
  onConnectionClosed?: () => void;
  random?: () => number;
};

/** A pool of connections, in the words of Drizzle and of the driver below it. Whoever opened it closes it. */
export type DatabaseConnection = {
  db: Database;
  sql: DatabaseClient;
  /** Lets queries under way finish for up to five seconds, then ends all connections. May be called more than once. */
  close(): Promise<void>;
};

/** A statement, a wait for a lock and an idle transaction may take this long: a node that is cut off holds no lock. */
const sessionTimeoutMs = 5_000;
const connectTimeoutSeconds = 5;
const keepAliveSeconds = 10;
const closeTimeoutSeconds = 5;

/**
 * Opens a pool of connections. Nothing is sent yet, so that this succeeds while the database is away; only a URL that
 * cannot be used throws, a `DatabaseUrlError`.
 *
 * A lost connection fails the queries on it, which `isConnectionError` recognises, and is made anew for the next one;
 * tries to connect are spaced by up to half a second (T4).
 */
export function connectDatabase(options: DatabaseOptions): DatabaseConnection {
  const { url, maxConnections = 10, applicationName = 'folkmoot', onNotice, onConnectionClosed } = options;
  checkDatabaseUrl(url);
  const sql = postgres(url, {
    max: maxConnections,
    connect_timeout: connectTimeoutSeconds,
    answer_timeout: (options.answerTimeoutMs ?? 2 * sessionTimeoutMs) / 1000,
    keep_alive: keepAliveSeconds,
    backoff: reconnectDelay(options.random ?? Math.random),
    onnotice: (notice) => onNotice?.({ severity: notice['severity'] ?? 'NOTICE', message: notice['message'] ?? '' }),
    onclose: () => onConnectionClosed?.(),
    connection: {
      application_name: applicationName,
      statement_timeout: sessionTimeoutMs,
      lock_timeout: sessionTimeoutMs,
      idle_in_transaction_session_timeout: sessionTimeoutMs,
      // Dates are read as ISO text, whatever the database is set to.
      TimeZone: 'UTC',
      DateStyle: 'ISO, MDY',
      // Every query of ours looks rows up by key or reads a page along an index. Left to itself PostgreSQL sorts a whole
      // room for one page while its statistics are young, as in the first minute of a new database.
      enable_seqscan: 'off',
      enable_bitmapscan: 'off',
      // Compiling pays off for long queries only.
      jit: 'off',
    },
  });
  let closed: Promise<void> | undefined;
  return {
    db: drizzle(sql, { schema }),
    sql,
    close: () => (closed ??= sql.end({ timeout: closeTimeoutSeconds })),
  };
}

/**
 * Seconds before the next try to connect, with jitter. Short, since every query that waits for a connection waits for
 * its turn to try, and fails on its own.
 */
function reconnectDelay(random: () => number): (retries: number) => number {
  return (retries) => Math.min(0.5, 0.02 * 2 ** Math.min(retries, 10)) * (0.5 + random() / 2);
}
