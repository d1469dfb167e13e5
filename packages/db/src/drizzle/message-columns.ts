import { type AnyColumn, eq } from 'drizzle-orm';
import { communityChat, users } from '../schema/index.ts';
import type { DrizzleDatabase } from './drizzle-of.ts';

/** What is read of a message along with its author; see `authorOf`. */
export const messageColumns = {
  roomId: communityChat.roomId,
  id: communityChat.id,
  seq: communityChat.seq,
  version: communityChat.version,
  userId: communityChat.userId,
  message: communityChat.message,
  editedAt: communityChat.editedAt,
  isDeleted: communityChat.isDeleted,
  createdAt: communityChat.createdAt,
  updatedAt: communityChat.updatedAt,
  clientMessageId: communityChat.clientMessageId,
};

/**
 * The author of one message, for a lateral join. The limit keeps PostgreSQL from joining in another way than by looking
 * each author up, such as with all users that there are: while its statistics are young it cannot tell which is less.
 */
export function authorOf(db: DrizzleDatabase, userId: AnyColumn) {
  return db
    .select({ username: users.username, name: users.name, isGuest: users.isGuest })
    .from(users)
    .where(eq(users.id, userId))
    .limit(1)
    .as('author');
}
