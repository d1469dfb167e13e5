import type { FolkmootRouter } from '@folkmoot/api';
import { type User, defaultRoom } from '@folkmoot/contract';
import type { TRPCClient } from '@trpc/client';
import type { EventSourceConstructor } from 'eventsource';
import { type ClientClock, systemClientClock } from './client-clock.ts';
import { type ChatConnection, createConnectionDriver } from './connection-driver.ts';
import type { RoomCalls } from './history-reader.ts';
import { createOpenTransport } from './open-transport.ts';
import { type KeyValueStorage, type WatchStorage, watchPageStorage } from './key-value-storage.ts';
import { createOutboxStorage } from './outbox-storage.ts';
import { randomUuid } from './random-uuid.ts';
import { type RoomSession, createRoomSession } from './room-session.ts';
import { createRoomStorage } from './room-storage.ts';
import { createSendSlots } from './send-slots.ts';
import { type WatchWakeUps, watchPageWakeUps } from './wake-ups.ts';

/** What {@link createChat} takes; `url` and `ownUser` have to be given. */
export type ChatOptions = {
  /** The chat's tRPC endpoint, absolute: `https://example.org/trpc`. */
  url: string;
  /** Who is signed in, as `auth.me` tells it; null for a reader. Another user is another chat. */
  ownUser: User | null;
  /** The token, asked for before every request and every connection (A3); null for nobody. */
  getToken?: (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
  /** Keeps unsent messages through reloads: `localStorage`, for example. Without it they are lost with the page. */
  storage?: KeyValueStorage | undefined;
  /**
   * Keeps up to fifty of the newest messages of each room that was open, with the position after them: the room is shown
   * at once the next time, and goes on from there (R5). They are kept in clear, so do not use it on shared devices; the
   * keys begin with `folkmoot:room:`.
   */
  roomStorage?: KeyValueStorage | undefined;
  /** The default is that of the runtime; null for none. */
  WebSocket?: typeof globalThis.WebSocket | null | undefined;
  /** A class like the `eventsource` package's, which is loaded when SSE is used. */
  EventSource?: EventSourceConstructor | undefined;
  /** The system's by default. */
  clock?: ClientClock | undefined;
  /** What tells that it is worth connecting now; the default listens to the page. */
  watchWakeUps?: WatchWakeUps | undefined;
  /** What tells that another tab has changed `storage`; the default listens to the page. */
  watchStorage?: WatchStorage | undefined;
  /** Makes the `clientMessageId` of a send (S2): a UUID. */
  createId?: (() => string) | undefined;
};

/** One person's chat: its connection and its rooms; see {@link createChat}. */
export type Chat = {
  /** How it is connected: WebSocket, SSE or polling, whichever the network lets through (T2). */
  connection: Pick<ChatConnection, 'get' | 'subscribe'>;
  /** Every other procedure, typed, over HTTP. */
  trpc: TRPCClient<FolkmootRouter>;
  /** Opens a room, `main-chat` by default; close it when it is no longer shown. The connection is there while one is open. */
  openRoom(room?: string): RoomSession;
  /** There is a fresh token after `TOKEN_INVALID` or `UNAUTHORIZED`: connect with it. */
  signedIn(): void;
  /** Closes every room and the connection. What is in the outbox stays in its storage. */
  close(): void;
};

/**
 * A chat that keeps itself connected and its rooms complete: nothing doubled, lost or out of order through lost
 * connections, restarts and sleep (R3, R5, S2). For a typed client without all that there is `createChatClient`.
 *
 * @example
 * const chat = createChat({ url: 'http://127.0.0.1:5000/trpc', ownUser, getToken: () => token });
 * const room = chat.openRoom();
 * room.subscribe(() => show(room.getSnapshot().rows));
 * room.send('Hello');
 */
export function createChat(options: ChatOptions): Chat {
  const { ownUser, storage, clock = systemClientClock, createId = randomUuid } = options;
  const { watchStorage = watchPageStorage } = options;
  const open = createOpenTransport({
    url: options.url,
    getToken: async () => (await options.getToken?.()) ?? undefined,
    clock,
    WebSocket: options.WebSocket,
    EventSource: options.EventSource,
  });
  const connection = createConnectionDriver({ open, clock, watchWakeUps: options.watchWakeUps ?? watchPageWakeUps });
  // Polling is a transport that holds nothing open: its calls are plain HTTP.
  const { calls: trpc } = open('polling', { onOpen: () => undefined, onFailed: () => undefined });

  const calls: RoomCalls = {
    readHistory: (room, place, signal) => trpc.chat.history.query({ room, ...place }, { signal }),
    setTyping: (room, isTyping) => (connection.find()?.calls ?? trpc).chat.setTyping.mutate({ room, isTyping }),
    async deliver(room, entry, signal) {
      const { chat } = connection.find()?.calls ?? trpc;
      if (entry.kind === 'send') {
        return chat.send.mutate({ room, message: entry.text, clientMessageId: entry.id }, { signal });
      }
      const { messageId } = entry;
      if (entry.kind === 'delete') return chat.delete.mutate({ room, messageId }, { signal });
      return chat.edit.mutate({ room, messageId, message: entry.text }, { signal });
    },
  };
  const slots = createSendSlots();
  const rooms = new Set<RoomSession>();

  return {
    connection: { get: connection.get, subscribe: connection.subscribe },
    trpc,
    openRoom(room = defaultRoom) {
      const kept =
        ownUser && storage
          ? createOutboxStorage(storage, `folkmoot:outbox:${ownUser.id}:${room}:`, watchStorage)
          : null;
      const roomStorage =
        ownUser && options.roomStorage
          ? createRoomStorage(options.roomStorage, { key: `folkmoot:room:${ownUser.id}:${room}`, room })
          : null;
      const shared = { connection, calls, clock, createId, slots };
      const session = createRoomSession({ room, ownUser, ...shared, storage: kept, roomStorage });
      const opened = {
        ...session,
        close() {
          rooms.delete(opened);
          session.close();
        },
      };
      rooms.add(opened);
      return opened;
    },
    signedIn: connection.signedIn,
    close() {
      for (const room of rooms) room.close();
      connection.close();
    },
  };
}
