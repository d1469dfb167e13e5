import { communityChat, type Database, rooms, users } from '@folkmoot/db';
import { and, asc, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import { epochColumn } from '../rooms/room-store.ts';
import type { MessageRow } from './message-view.ts';

/** What of a message and of its author makes a MessageRow; see `joinRow`. */
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
export const authorColumns = { username: users.username, name: users.name, isGuest: users.isGuest };

type Author = Pick<MessageRow, 'username' | 'name' | 'isGuest'>;

/** Both or neither: the foreign key sees to it that every message has an author. */
export function joinRow(message: Omit<MessageRow, keyof Author> | null, author: Author | null): MessageRow | undefined {
  return message && author ? { ...message, ...author } : undefined;
}

/** Which messages a page holds. `userId` narrows the list to one author. */
export type PageRequest = {
  room: string;
  limit: number;
  userId?: string;
  place?: { before: number } | { after: number } | { skip: number };
};

/** Messages in ascending seq, and the room's position and count in the same snapshot (R3). */
export type MessagePage = { epoch: string; head: number; messageRows: number; rows: MessageRow[] };

export type MessageStore = {
  /** Undefined for no such room. Newest messages unless a place says otherwise. */
  findPage(request: PageRequest): Promise<MessagePage | undefined>;
  /** The seq of one message of a room. */
  findSeq(room: string, messageId: string): Promise<number | undefined>;
};

export function createMessageStore(database: Database): MessageStore {
  return {
    async findPage({ room, limit, userId, place }) {
      const isAfter = place !== undefined && 'after' in place;
      const conditions: (SQL | undefined)[] = [eq(communityChat.roomId, room)];
      if (userId !== undefined) conditions.push(eq(communityChat.userId, userId));
      if (place && 'before' in place) conditions.push(lt(communityChat.seq, place.before));
      if (isAfter) conditions.push(gt(communityChat.seq, place.after));

      const page = database
        .select({ id: communityChat.id, pageSeq: sql<number>`${communityChat.seq}`.as('page_seq') })
        .from(communityChat)
        .where(and(...conditions))
        .orderBy(isAfter ? asc(communityChat.seq) : desc(communityChat.seq))
        .limit(limit)
        .offset(place && 'skip' in place ? place.skip : 0)
        .as('page');
      const found = await database
        .select({
          epoch: epochColumn,
          head: rooms.lastSeq,
          messageRows: rooms.messageRows,
          message: messageColumns,
          author: authorColumns,
        })
        .from(rooms)
        .leftJoinLateral(page, sql`true`)
        .leftJoin(communityChat, and(eq(communityChat.roomId, rooms.slug), eq(communityChat.id, page.id)))
        .leftJoin(users, eq(users.id, communityChat.userId))
        .where(eq(rooms.slug, room))
        .orderBy(asc(page.pageSeq));

      const [first] = found;
      if (!first) return undefined;
      const { epoch, head, messageRows } = first;
      return { epoch, head, messageRows, rows: found.flatMap(({ message, author }) => joinRow(message, author) ?? []) };
    },

    async findSeq(room, messageId) {
      const [found] = await database
        .select({ seq: communityChat.seq })
        .from(communityChat)
        .where(and(eq(communityChat.roomId, room), eq(communityChat.id, messageId)));
      return found?.seq;
    },
  };
}
