import {
  type HistoryPage,
  type Message,
  printPosition,
  type RecentPage,
  type UserMessagesPage,
} from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';
import type { RoomFeeds } from '../log/room-feeds.ts';
import { type HistoryCursor, parseCursor, printCursor } from './history-cursor.ts';
import type { MessagePage, MessageStore, PageRequest } from './message-store.ts';
import { toMessage } from './message-view.ts';

const maxRereads = 3;

export type HistoryRequest = {
  room: string;
  limit: number;
  cursor?: string | null | undefined;
  page?: number | null | undefined;
  around?: string | null | undefined;
};

/** Pages of messages, oldest first within a page. All throw ROOM_NOT_FOUND. */
export type MessageReads = {
  /** Throws INVALID_CURSOR, and MESSAGE_NOT_FOUND for `around`. */
  history(request: HistoryRequest): Promise<HistoryPage>;
  recent(request: { room: string; limit: number }): Promise<RecentPage>;
  /** Throws INVALID_CURSOR. */
  userMessages(request: {
    room: string;
    userId: string;
    limit: number;
    cursor?: string | null | undefined;
  }): Promise<UserMessagesPage>;
};

type Page = Omit<MessagePage, 'rows'> & { messages: Message[] };

export function createMessageReads(store: MessageStore, feeds: Pick<RoomFeeds, 'find'>): MessageReads {
  /** A page in which nothing shows that this node has seen deleted by the time it answers (R8). */
  async function readPage(request: PageRequest): Promise<Page> {
    for (let reread = 0; ; reread++) {
      const found = await store.findPage(request);
      if (!found) throw new DomainError('ROOM_NOT_FOUND');
      const { rows, ...place } = found;
      const read = rows.map(toMessage);
      const feed = feeds.find(request.room);
      const messages = feed ? feed.hideDeletedSince(read, place) : read;
      if (messages) return { ...place, messages };
      if (reread === maxRereads) throw new DomainError('TOO_BUSY');
    }
  }

  /** One message more than asked for tells whether there are more; it is cut off again at the far end. */
  async function readList(list: string, request: Omit<PageRequest, 'place'>, cursor: HistoryCursor | undefined) {
    const isNewer = cursor?.direction === 'newer';
    const place = cursor && (isNewer ? { after: cursor.seq } : { before: cursor.seq });
    const page = await readPage({ ...request, limit: request.limit + 1, ...(place && { place }) });
    const hasMore = page.messages.length > request.limit;
    const messages = isNewer ? page.messages.slice(0, request.limit) : page.messages.slice(-request.limit);
    // Where a page is empty its cursor still says where the other messages are.
    const first = messages[0]?.seq ?? (cursor && cursor.seq + 1);
    const last = messages.at(-1)?.seq ?? (cursor && Math.max(0, cursor.seq - 1));
    const hasOlder = isNewer ? true : hasMore;
    const hasNewer = isNewer ? hasMore : cursor !== undefined;
    return {
      page,
      messages,
      nextCursor: hasOlder && first !== undefined ? printCursor(list, { direction: 'older', seq: first }) : null,
      previousCursor: hasNewer && last !== undefined ? printCursor(list, { direction: 'newer', seq: last }) : null,
    };
  }

  async function historyAround(room: string, messageId: string, limit: number): Promise<HistoryPage> {
    const seq = await store.findSeq(room, messageId);
    if (seq === undefined) throw new DomainError('MESSAGE_NOT_FOUND');
    const newerCount = Math.floor((limit - 1) / 2);
    const newer = await readList(room, { room, limit: Math.max(1, newerCount) }, { direction: 'newer', seq });
    const after = newer.messages.slice(0, newerCount);
    const older = await readList(room, { room, limit: limit - after.length }, { direction: 'older', seq: seq + 1 });
    const last = after.at(-1)?.seq ?? seq;
    const hasNewer = newer.previousCursor !== null || newer.messages.length > after.length;
    return {
      messages: [...older.messages, ...after],
      nextCursor: older.nextCursor,
      previousCursor: hasNewer ? printCursor(room, { direction: 'newer', seq: last }) : null,
      // The earlier of the two reads: subscribing with it misses nothing of the other.
      position: toPosition(newer.page),
    };
  }

  return {
    async history({ room, limit, cursor, page: number, around }) {
      if (around != null) return historyAround(room, around, limit);
      if (number != null) {
        const page = await readPage({ room, limit, place: { skip: (number - 1) * limit } });
        const first = page.messages[0]?.seq;
        const last = page.messages.at(-1)?.seq;
        const hasOlder = number * limit < page.messageRows;
        return {
          messages: page.messages,
          nextCursor: hasOlder && first !== undefined ? printCursor(room, { direction: 'older', seq: first }) : null,
          previousCursor:
            number > 1 && last !== undefined ? printCursor(room, { direction: 'newer', seq: last }) : null,
          position: toPosition(page),
          total: page.messageRows,
          pageCount: Math.ceil(page.messageRows / limit),
        };
      }
      const place = cursor == null ? undefined : parseCursor(room, cursor);
      const { page, messages, nextCursor, previousCursor } = await readList(room, { room, limit }, place);
      return { messages, nextCursor, previousCursor, position: toPosition(page) };
    },

    async recent({ room, limit }) {
      const page = await readPage({ room, limit });
      return { messages: page.messages, position: toPosition(page) };
    },

    async userMessages({ room, userId, limit, cursor }) {
      const list = `${room}.${userId}`;
      const place = cursor == null ? undefined : parseCursor(list, cursor);
      const { messages, nextCursor } = await readList(list, { room, userId, limit }, place);
      return { messages, nextCursor };
    },
  };
}

function toPosition({ epoch, head }: { epoch: string; head: number }): string {
  return printPosition({ epoch, seq: head });
}
