import { connectDatabase, migrateDatabase, startEmbeddedPostgres, type DatabaseConnection } from '@folkmoot/db';
import type { Configuration } from '../configuration/configuration.ts';
import type { Logger } from '../observability/create-logger.ts';
import type { Closers } from './closers.ts';

/** Starts the embedded PostgreSQL where no other is given, brings its tables up to date and connects to it. */
export async function openDatabase(
  configuration: Configuration,
  { log, closers }: { log: Logger; closers: Closers },
): Promise<DatabaseConnection> {
  const url = configuration.databaseUrl ?? (await startEmbedded(configuration.dataDir, log, closers));
  await migrateDatabase({ url, logger: log });
  const connection = connectDatabase({ url });
  closers.push(async () => connection.close());
  return connection;
}

async function startEmbedded(dataDir: string, log: Logger, closers: Closers): Promise<string> {
  const embedded = await startEmbeddedPostgres({ dataDir, logger: log });
  closers.push(async () => embedded.close());
  return embedded.url;
}
