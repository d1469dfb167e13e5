import { sql } from 'drizzle-orm';
import { bigint, boolean, check, foreignKey, index, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytea, folkmootSchema, instant } from './folkmoot-schema.ts';
import { rooms } from './rooms-table.ts';
import { users } from './users-table.ts';

/** The messages in their newest state. A deleted one keeps its text here and shows it nowhere (R8). */
export const communityChat = folkmootSchema.table(
  'community_chat',
  {
    roomId: text('room_id').notNull(),
    id: uuid('id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    userId: uuid('user_id').notNull(),
    message: text('message').notNull(),
    editedAt: instant('edited_at'),
    isDeleted: boolean('is_deleted').notNull().default(false),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    clientMessageId: uuid('client_message_id'),
    /** SHA-256 of the text as first sent, where a clientMessageId came with it (S2). */
    clientHash: bytea('client_hash'),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.id] }),
    // chat.history and chat.recent: newest messages of a room, and pages before and after a seq.
    unique('community_chat_room_seq').on(table.roomId, table.seq),
    // chat.send: the repeat of a clientMessageId (S2).
    unique('community_chat_room_client_message').on(table.roomId, table.userId, table.clientMessageId),
    // chat.userMessages: one author's messages of a room, newest first.
    index('community_chat_room_user_seq').on(table.roomId, table.userId, table.seq),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.slug], name: 'community_chat_room' }),
    foreignKey({ columns: [table.userId], foreignColumns: [users.id], name: 'community_chat_user' }),
    check('community_chat_message_length', sql`char_length(${table.message}) between 1 and 5000`),
    check('community_chat_version_not_before_seq', sql`${table.version} >= ${table.seq}`),
    check(
      'community_chat_hash_with_client_message',
      sql`(${table.clientMessageId} is null) = (${table.clientHash} is null)`,
    ),
  ],
);
