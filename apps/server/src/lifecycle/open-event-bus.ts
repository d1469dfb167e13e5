import { type Clock, createPostgresEventBus, createRedisEventBus, type EventBus } from '@folkmoot/api';
import { connectDatabase, type DatabaseConnection } from '@folkmoot/db';
import type { Configuration } from '../configuration/configuration.ts';
import type { Logger } from '../observability/create-logger.ts';

/**
 * What this node and others tell each other by: Redis where there is one, else PostgreSQL. Undefined with the embedded
 * database, which has no other nodes. Whatever is away at the start is waited for in the background: hints may be lost
 * (R10).
 */
export function openEventBus(
  configuration: Configuration,
  { connection, source, log, clock }: { connection: DatabaseConnection; source: string; log: Logger; clock: Clock },
): EventBus | undefined {
  const { redisUrl, databaseUrl, databaseListenUrl } = configuration;
  if (redisUrl !== undefined) return createRedisEventBus({ url: redisUrl, source, clock, logger: log });
  if (databaseUrl === undefined) return undefined;
  const url = databaseListenUrl ?? databaseUrl;
  return createPostgresEventBus({
    notify: connection.sql,
    connect: () => connectDatabase({ url, maxConnections: 1, applicationName: 'folkmoot-listen' }),
    source,
    clock,
    logger: log,
  });
}
