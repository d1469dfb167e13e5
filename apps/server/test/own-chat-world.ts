import type { ChatOptions, KeyValueStorage, RoomSession } from '@folkmoot/client';
import { createChat } from '@folkmoot/client';
import type { Message, User } from '@folkmoot/contract';
import { createTestDatabase, startFaultProxy } from '@folkmoot/db/testing';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { startPickyProxy } from './start-picky-proxy.ts';
import { startTestServer, type StockClient, type TestServer } from './start-test-server.ts';

/** As the system's, but that what takes longer than some seconds takes a fifth of it, and jitter is small. */
const hastyClock: NonNullable<ChatOptions['clock']> = {
  now: () => Date.now(),
  random: () => 0.1,
  after(ms, run) {
    const timer = setTimeout(run, ms > 5_000 ? ms / 5 : ms);
    return () => clearTimeout(timer);
  },
};

export type WatchedRoom = {
  session: RoomSession;
  texts: () => string[];
  send: (text: string) => string;
  chat: ReturnType<typeof createChat>;
};

/** A server behind a network that fails in many ways, a person on it with our client, and another beside it. */
export async function createOwnChatWorld() {
  const database = await createTestDatabase();
  let server: TestServer = await startTestServer({ sharing: database });
  const link = await startFaultProxy({ host: '127.0.0.1', port: server.port });
  const proxy = await startPickyProxy(link.port);
  const chats = new Set<ReturnType<typeof createChat>>();
  /** What was wrong with a snapshot, at the time that it was shown. */
  const faults: string[] = [];
  const identify = server.stockClient(await server.token({ sub: 'ada', name: 'Ada' }));
  const me: User = await identify.trpc.auth.me.query();
  let writer: StockClient = server.stockClient(await server.token({ sub: 'grace', name: 'Grace' }));

  const open = (options: Partial<ChatOptions> = {}): WatchedRoom => {
    const chat = createChat({
      url: `${proxy.url}/trpc`,
      ownUser: me,
      getToken: async () => server.token({ sub: 'ada', name: 'Ada' }),
      clock: hastyClock,
      ...options,
    });
    chats.add(chat);
    const session = chat.openRoom();
    const sent = new Set<string>();
    const look = (): void => void faults.push(...findFaults(session, sent));
    session.subscribe(look);
    return {
      chat,
      session,
      texts: () => session.getSnapshot().rows.map(textOf),
      send(text) {
        const key = session.send(text);
        sent.add(key);
        look();
        return key;
      },
    };
  };

  return {
    link,
    proxy,
    open,
    server: () => server,
    /** Grace says something, past the bad network. */
    say: async (message: string): Promise<Message> => writer.trpc.chat.send.mutate({ message }),
    read: async () => readRoom(writer),
    connectedOver: async ({ chat, session }: WatchedRoom, transport: string): Promise<void> =>
      eventually(() => {
        expect(chat.connection.get()).toMatchObject({ name: 'connected', transport });
        expect(session.getSnapshot().isLive).toBe(true);
      }, 30_000),
    /** Another process of the server has the database, and the network leads there. */
    async restart(meanwhile: () => Promise<void>): Promise<void> {
      await writer.close();
      await server.close();
      await meanwhile();
      server = await startTestServer({ sharing: database });
      writer = server.stockClient(await server.token({ sub: 'grace', name: 'Grace' }));
      link.retarget({ host: '127.0.0.1', port: server.port });
    },
    /** Everything has arrived, once and in order, and on no snapshot was anything wrong. */
    async expectWhole({ session, texts }: WatchedRoom, own: readonly string[]): Promise<void> {
      await eventually(async () => {
        const { messages } = await readRoom(writer);
        expect(session.getSnapshot().rows.map(({ state }) => state)).toEqual(messages.map(() => 'sent'));
        expect(texts()).toEqual(messages.map(({ message }) => message));
        expect(messages.flatMap(({ userId, message }) => (userId === me.id ? [message] : []))).toEqual(own);
      }, 30_000);
      expect(session.getSnapshot().problem).toBeNull();
      expect(faults).toEqual([]);
    },
    async [Symbol.asyncDispose]() {
      for (const chat of chats) chat.close();
      await Promise.all([writer.close(), identify.close()]);
      await proxy[Symbol.asyncDispose]();
      await link.cut();
      await server.close();
      await database.close();
    },
  };
}

/** As `localStorage`. */
export function createTestStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

type Row = ReturnType<RoomSession['getSnapshot']>['rows'][number];

function textOf({ message, pending }: Row): string {
  return pending && 'text' in pending ? `(${pending.text})` : (message?.message ?? '');
}

function findFaults(session: RoomSession, sent: ReadonlySet<string>): string[] {
  const { rows } = session.getSnapshot();
  const faults: string[] = [];
  const keys = new Set(rows.map(({ key }) => key));
  const messages = rows.flatMap(({ message }) => message ?? []);
  if (keys.size < rows.length) faults.push('a row is doubled');
  if (new Set(messages.map(({ id }) => id)).size < messages.length) faults.push('a message is doubled');
  if (messages.some(({ seq }, index) => seq <= (messages[index - 1]?.seq ?? 0))) faults.push('out of order');
  for (const key of sent) if (!keys.has(key)) faults.push(`what was sent is not shown: ${key}`);
  return faults;
}
