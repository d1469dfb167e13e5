import { foreignKey, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { folkmootSchema, instant } from './folkmoot-schema.ts';
import { rooms } from './rooms-table.ts';
import { users } from './users-table.ts';

/** Who may not be in a room, checked by the write function for each write (A4). */
export const bans = folkmootSchema.table(
  'bans',
  {
    roomId: text('room_id').notNull(),
    userId: uuid('user_id').notNull(),
    /** Null: until it is lifted. */
    until: instant('until'),
    reason: text('reason'),
    by: uuid('by').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    // every write, and every call of a signed-in user: is this user banned from this room?
    primaryKey({ columns: [table.roomId, table.userId] }),
    foreignKey({ columns: [table.roomId], foreignColumns: [rooms.slug], name: 'bans_room' }),
    foreignKey({ columns: [table.userId], foreignColumns: [users.id], name: 'bans_user' }),
    foreignKey({ columns: [table.by], foreignColumns: [users.id], name: 'bans_by' }),
  ],
);
