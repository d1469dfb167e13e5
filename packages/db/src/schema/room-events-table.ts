import { sql } from 'drizzle-orm';
import { bigint, check, foreignKey, jsonb, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { communityChat } from './community-chat-table.ts';
import { folkmootSchema, instant } from './folkmoot-schema.ts';

/**
 * The log: one row for each durable change of a room, numbered 1, 2, 3 … (R1). A message event holds no text; the
 * message is read in its present state along with it (R8).
 */
export const roomEvents = folkmootSchema.table(
  'room_events',
  {
    roomId: text('room_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    messageId: uuid('message_id'),
    actorId: uuid('actor_id').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>(),
    at: instant('at').notNull(),
  },
  (table) => [
    // chat.events and every catch-up: the events of a room after a position, in order.
    primaryKey({ columns: [table.roomId, table.seq] }),
    // A key to the message, and through it to the room; none to the actor: docs/decisions/0010.
    foreignKey({
      columns: [table.roomId, table.messageId],
      foreignColumns: [communityChat.roomId, communityChat.id],
      name: 'room_events_message',
    }),
    check('room_events_seq_positive', sql`${table.seq} > 0`),
    check(
      'room_events_message_event_has_message',
      sql`${table.type} not like 'message-%' or ${table.messageId} is not null`,
    ),
  ],
);
