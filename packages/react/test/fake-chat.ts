import type { Chat, Connection, RoomSession, RoomSnapshot, TimelineRow } from '@folkmoot/client';
import { vi } from 'vitest';
import { emptyRoom } from '../src/empty-room.ts';
import type { ChatStats, StatsOptions } from '../src/use-stats.ts';

export type FakeRoom = {
  room: string;
  session: RoomSession;
  isClosed(): boolean;
  /** Changes the snapshot as the client does: a new object, with the old parts in it. */
  set(change: Partial<RoomSnapshot>): void;
};

/** A room that shows what it is told to. */
export function createFakeRoom(room = 'main-chat'): FakeRoom {
  const listeners = new Set<() => void>();
  let snapshot: RoomSnapshot = { ...emptyRoom };
  let isClosed = false;
  const session: RoomSession = {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: vi.fn<RoomSession['send']>(() => 'key'),
    edit: vi.fn<RoomSession['edit']>(),
    remove: vi.fn<RoomSession['remove']>(),
    retry: vi.fn<RoomSession['retry']>(),
    discard: vi.fn<RoomSession['discard']>(),
    typed: vi.fn<RoomSession['typed']>(),
    loadOlder: vi.fn<RoomSession['loadOlder']>(),
    reopen: vi.fn<RoomSession['reopen']>(),
    close() {
      isClosed = true;
    },
  };
  return {
    room,
    session,
    isClosed: () => isClosed,
    set(change) {
      snapshot = { ...snapshot, ...change };
      for (const listener of listeners) listener();
    },
  };
}

/** As `chat.stats` is asked. */
type AskStats = (input: StatsOptions, options: { signal: AbortSignal }) => Promise<ChatStats>;

/** A chat without a network. `stats` answers its one query. */
export function createFakeChat({ stats }: { stats?: AskStats } = {}) {
  const opened: FakeRoom[] = [];
  const listeners = new Set<() => void>();
  let connection: Connection = { name: 'idle', transport: 'websocket', attempt: 0, strikes: 0, probes: 0 };
  const chat = {
    connection: {
      get: () => connection,
      subscribe(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    trpc: { chat: { stats: { query: stats } } },
    openRoom(room: string) {
      const fake = createFakeRoom(room);
      opened.push(fake);
      return fake.session;
    },
    signedIn: () => undefined,
    close: () => undefined,
  } as unknown as Chat;
  return {
    chat,
    /** Every session that was opened, in order. */
    opened,
    setConnection(change: Partial<Connection>) {
      connection = { ...connection, ...change };
      for (const listener of listeners) listener();
    },
  };
}

/** An own message that the room does not have yet. */
export function fakeRow(text: string, state: 'sending' | 'failed' = 'sending'): TimelineRow {
  const key = `key of ${text}`;
  return {
    key,
    message: null,
    pending: { kind: 'send', id: key, text, createdAt: 0, state, failure: null },
    state,
  };
}
