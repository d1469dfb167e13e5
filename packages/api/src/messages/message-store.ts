import type { Database } from '@folkmoot/db';
import {
  and,
  asc,
  authorOf,
  communityChat,
  desc,
  drizzleOf,
  epochColumn,
  eq,
  gt,
  lt,
  messageColumns,
  prepareCells,
  rooms,
  sql,
} from '@folkmoot/db/drizzle';
import { readMessageRow, text } from './message-rows.ts';
import type { MessageRow } from './message-view.ts';

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
  const db = drizzleOf(database);
  const messages = { older: prepare('older', 'all'), newer: prepare('newer', 'all') };
  const messagesOfUser = { older: prepare('older', 'user'), newer: prepare('newer', 'user') };

  /** Made once: Drizzle puts a query together, and PostgreSQL plans it, in the time that it takes to answer two. */
  function prepare(direction: 'older' | 'newer', whose: 'all' | 'user') {
    const place = sql.placeholder('place');
    const page = db
      .select(messageColumns)
      .from(communityChat)
      .where(
        and(
          eq(communityChat.roomId, sql.placeholder('room')),
          direction === 'newer' ? gt(communityChat.seq, place) : lt(communityChat.seq, place),
          whose === 'user' ? eq(communityChat.userId, sql.placeholder('userId')) : undefined,
        ),
      )
      .orderBy(direction === 'newer' ? asc(communityChat.seq) : desc(communityChat.seq))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('skip'))
      .as('page');
    const author = authorOf(db, page.userId);
    const query = db
      .select({
        epoch: epochColumn,
        head: rooms.lastSeq,
        messageRows: rooms.messageRows,
        message: page._.selectedFields,
        author: author._.selectedFields,
      })
      .from(rooms)
      .leftJoinLateral(page, sql`true`)
      .leftJoinLateral(author, sql`true`)
      .where(eq(rooms.slug, sql.placeholder('room')))
      .orderBy(asc(page.seq));
    return prepareCells(db, `messages_${direction}_of_${whose}`, query);
  }

  return {
    async findPage({ room, limit, userId, place }) {
      const queries = userId === undefined ? messages : messagesOfUser;
      const found = await (place && 'after' in place
        ? queries.newer({ room, limit, userId, place: place.after, skip: 0 })
        : queries.older({
            room,
            limit,
            userId,
            place: place && 'before' in place ? place.before : Number.MAX_SAFE_INTEGER,
            skip: place && 'skip' in place ? place.skip : 0,
          }));

      const [first] = found;
      if (!first) return undefined;
      const [epoch, head, messageRows] = first;
      return {
        epoch: text(epoch),
        head: Number(text(head)),
        messageRows: Number(text(messageRows)),
        rows: found.flatMap(([_epoch, _head, _messageRows, ...cells]) => readMessageRow(cells) ?? []),
      };
    },

    async findSeq(room, messageId) {
      const [found] = await db
        .select({ seq: communityChat.seq })
        .from(communityChat)
        .where(and(eq(communityChat.roomId, room), eq(communityChat.id, messageId)));
      return found?.seq;
    },
  };
}
