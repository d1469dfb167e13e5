import { sql } from 'drizzle-orm';
import { bigint, check, text } from 'drizzle-orm/pg-core';
import { folkmootSchema, instant } from './folkmoot-schema.ts';

/**
 * One row a room: the head of its log and the counters that the write function keeps. Every write of a room locks this
 * row first, which is what makes its log one order (R1).
 */
export const rooms = folkmootSchema.table(
  'rooms',
  {
    slug: text('slug').primaryKey(),
    /** Random, one part of the epoch in a position (R2). */
    epoch: text('epoch')
      .notNull()
      .default(sql`replace(gen_random_uuid()::text, '-', '')`),
    /** The oldest event that is kept; nothing prunes the log yet (R6). */
    firstSeq: bigint('first_seq', { mode: 'number' }).notNull().default(1),
    /** The newest event; 0 in a room where nothing happened. */
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull().default(0),
    /** When the newest event was written: no later one is dated before it (S1). */
    lastAt: instant('last_at').notNull().defaultNow(),
    /** All messages, tombstones included: the `total` of numbered pages. */
    messageRows: bigint('message_rows', { mode: 'number' }).notNull().default(0),
    /** Messages that are not deleted. */
    totalMessages: bigint('total_messages', { mode: 'number' }).notNull().default(0),
    /** Their distinct authors. */
    totalUsers: bigint('total_users', { mode: 'number' }).notNull().default(0),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    check('rooms_slug_is_a_slug', sql`${table.slug} ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(${table.slug}) <= 64`),
    check('rooms_head_not_before_start', sql`${table.lastSeq} >= ${table.firstSeq} - 1`),
  ],
);
