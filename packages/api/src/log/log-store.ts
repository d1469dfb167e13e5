import type { Database } from '@folkmoot/db';
import {
  and,
  asc,
  authorOf,
  communityChat,
  drizzleOf,
  epochColumn,
  eq,
  gt,
  inArray,
  messageColumns,
  roomEvents,
  rooms,
  sql,
} from '@folkmoot/db/drizzle';
import { joinRow } from '../messages/message-store.ts';
import { toMessage } from '../messages/message-view.ts';
import { type LogHead, type NumberedEvent, toLogEvent } from './log-event.ts';

export type LogPage = LogHead & { events: readonly NumberedEvent[] };

export type LogStore = {
  /** The heads of the rooms that exist among those asked for. */
  listHeads(slugs: readonly string[]): Promise<Map<string, LogHead>>;
  /** At most `limit` events after `seq`, ascending, and the head in the same snapshot; undefined for no such room. */
  findPage(room: string, seq: number, limit: number): Promise<LogPage | undefined>;
};

export function createLogStore(database: Database): LogStore {
  const db = drizzleOf(database);
  const headColumns = { epoch: epochColumn, head: rooms.lastSeq, firstSeq: rooms.firstSeq };
  const findPage = prepareFindPage();

  function prepareFindPage() {
    const page = db
      .select({
        eventSeq: sql<number>`${roomEvents.seq}`.mapWith(roomEvents.seq).as('event_seq'),
        type: roomEvents.type,
        data: roomEvents.data,
        messageId: roomEvents.messageId,
      })
      .from(roomEvents)
      .where(and(eq(roomEvents.roomId, sql.placeholder('room')), gt(roomEvents.seq, sql.placeholder('seq'))))
      .orderBy(asc(roomEvents.seq))
      .limit(sql.placeholder('limit'))
      .as('page');
    // One row, for each of which it is looked up: see `authorOf`.
    const message = db
      .select(messageColumns)
      .from(communityChat)
      .where(and(eq(communityChat.roomId, rooms.slug), eq(communityChat.id, page.messageId)))
      .limit(1)
      .as('message');
    const author = authorOf(db, message.userId);
    return db
      .select({
        ...headColumns,
        seq: page.eventSeq,
        type: page.type,
        data: page.data,
        message: message._.selectedFields,
        author: author._.selectedFields,
      })
      .from(rooms)
      .leftJoinLateral(page, sql`true`)
      .leftJoinLateral(message, sql`true`)
      .leftJoinLateral(author, sql`true`)
      .where(eq(rooms.slug, sql.placeholder('room')))
      .orderBy(asc(page.eventSeq))
      .prepare('events_after');
  }

  return {
    async listHeads(slugs) {
      const rows = await db
        .select({ slug: rooms.slug, ...headColumns })
        .from(rooms)
        .where(inArray(rooms.slug, [...slugs]));
      return new Map(rows.map(({ slug, ...head }) => [slug, head]));
    },

    async findPage(room, seq, limit) {
      const rows = await findPage.execute({ room, seq, limit });
      const [first] = rows;
      if (!first) return undefined;
      const { epoch, head, firstSeq } = first;
      const events = rows.flatMap(({ seq: eventSeq, type, data, message, author }): NumberedEvent[] => {
        if (eventSeq === null || type === null) return [];
        const row = joinRow(message, author);
        const about = { message: row && toMessage(row), userId: userIdIn(data) };
        return [{ seq: eventSeq, event: toLogEvent({ epoch, seq: eventSeq }, type, about) }];
      });
      return { epoch, head, firstSeq, events };
    },
  };
}

function userIdIn(data: Record<string, unknown> | null): string | undefined {
  const userId = data?.['userId'];
  return typeof userId === 'string' ? userId : undefined;
}
