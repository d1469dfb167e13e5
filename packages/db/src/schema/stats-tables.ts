import { bigint, date, foreignKey, integer, primaryKey, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { folkmootSchema } from './folkmoot-schema.ts';
import { rooms } from './rooms-table.ts';

/*
 * Counters of chat.stats, kept by the write function in the transaction of each write and never counted at read. All
 * of them leave deleted messages out; days and hours are UTC, by the time the message was sent.
 */

/** Messages of each author: an author counts in `rooms.total_users` while this is above 0. */
export const roomAuthors = folkmootSchema.table(
  'room_authors',
  {
    roomId: text('room_id').notNull(),
    userId: uuid('user_id').notNull(),
    messages: bigint('messages', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.userId] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.slug], name: 'room_authors_room' }),
  ],
);

/** Messages of each author on each day: an author counts in `room_days.users` while this is above 0. */
export const roomAuthorDays = folkmootSchema.table(
  'room_author_days',
  {
    roomId: text('room_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    userId: uuid('user_id').notNull(),
    messages: integer('messages').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.day, table.userId] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.slug], name: 'room_author_days_room' }),
  ],
);

/** Messages of a day (UTC) that are not deleted, and their distinct authors: a counter kept by each write. */
export const roomDays = folkmootSchema.table(
  'room_days',
  {
    roomId: text('room_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    messages: integer('messages').notNull(),
    users: integer('users').notNull(),
  },
  (table) => [
    // chat.stats: the days since a date.
    primaryKey({ columns: [table.roomId, table.day] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.slug], name: 'room_days_room' }),
  ],
);

/** Messages of an hour (UTC) that are not deleted: a counter kept by each write. */
export const roomHours = folkmootSchema.table(
  'room_hours',
  {
    roomId: text('room_id').notNull(),
    day: date('day', { mode: 'string' }).notNull(),
    /** 0 to 23. */
    hour: smallint('hour').notNull(),
    messages: integer('messages').notNull(),
  },
  (table) => [
    // chat.stats: the hours of the days since a date.
    primaryKey({ columns: [table.roomId, table.day, table.hour] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.slug], name: 'room_hours_room' }),
  ],
);
