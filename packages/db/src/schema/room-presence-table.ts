import { foreignKey, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { folkmootSchema } from './folkmoot-schema.ts';
import { nodes } from './nodes-table.ts';
import { users } from './users-table.ts';

/** Who is in which room through which node. Rows of a dead node count for nothing and go with it (P2). */
export const roomPresence = folkmootSchema.table(
  'room_presence',
  {
    roomId: text('room_id').notNull(),
    source: text('source').notNull(),
    userId: uuid('user_id').notNull(),
  },
  (table) => [
    // chat.online, and presence as each node shows it: who is in a room through other nodes?
    primaryKey({ columns: [table.roomId, table.source, table.userId] }),
    foreignKey({ columns: [table.source], foreignColumns: [nodes.source], name: 'room_presence_node' }).onDelete(
      'cascade',
    ),
    foreignKey({ columns: [table.userId], foreignColumns: [users.id], name: 'room_presence_user' }),
  ],
);
