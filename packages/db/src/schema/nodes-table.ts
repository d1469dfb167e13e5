import { text } from 'drizzle-orm/pg-core';
import { folkmootSchema, instant } from './folkmoot-schema.ts';

/**
 * The nodes that are alive, each by its start: one that is not renewed in time is dead, and a node that finds itself
 * dead takes a new name (P2). Times are those of the database. On Citus this is a reference table.
 */
export const nodes = folkmootSchema.table('nodes', {
  source: text('source').primaryKey(),
  expiresAt: instant('expires_at').notNull(),
});
