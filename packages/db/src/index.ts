export * from './connect-database.ts';
export type { Database } from './database.ts';
export * from './database-error.ts';
export * from './database-logger.ts';
export * from './database-url.ts';
export * from './delay.ts';
export * from './embedded/embedded-postgres-error.ts';
export * from './embedded/start-embedded-postgres.ts';
export * from './migrate-database.ts';
