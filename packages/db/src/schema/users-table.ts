import { boolean, text, uuid } from 'drizzle-orm/pg-core';
import { folkmootSchema, instant } from './folkmoot-schema.ts';

/**
 * Everyone who has signed in, under the id that `toUserId` gives. Names are those of the newest credential (A9); roles
 * are never stored. On Citus this is a reference table.
 */
export const users = folkmootSchema.table('users', {
  id: uuid('id').primaryKey(),
  username: text('username').notNull(),
  name: text('name').notNull(),
  isGuest: boolean('is_guest').notNull().default(false),
  /** `iat` of the credential that the names came from; null when it told none. */
  namedAt: instant('named_at'),
  createdAt: instant('created_at').notNull().defaultNow(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});
