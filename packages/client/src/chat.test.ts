import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryStorage } from '../test/memory-storage.ts';
import { me } from '../test/room-log.ts';
import { type TestServer, startTestServer, unanswered } from '../test/test-server.ts';
import { type Chat, type ChatOptions, createChat } from './chat.ts';
import { systemClientClock } from './client-clock.ts';
import type { RoomSession } from './room-session.ts';

let server: TestServer;
let chats: Chat[] = [];

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  for (const chat of chats) chat.close();
  chats = [];
  await server.close();
});

function open(options: Partial<ChatOptions> = {}): Chat {
  const clock = { ...systemClientClock, random: () => 0.05 };
  const chat = createChat({ url: server.url, ownUser: me, getToken: () => 'token', clock, ...options });
  chats.push(chat);
  return chat;
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 20 });
const texts = (room: RoomSession) => room.getSnapshot().rows.map(({ message }) => message?.message ?? null);

describe('a chat over real connections', () => {
  test('R3, S2: history, what is sent and what comes are one list; it goes on after a lost connection', async () => {
    server.write('before');
    const room = open().openRoom();
    const key = room.send('mine');
    await until(() => expect(texts(room)).toEqual(['before', 'mine']));
    expect(room.getSnapshot().rows[1]?.key).toBe(key);
    server.drop();
    server.write('meanwhile');
    room.send('mine too');
    await until(() => expect(new Set(texts(room))).toEqual(new Set(['before', 'mine', 'meanwhile', 'mine too'])));
    await until(() => expect(room.getSnapshot().isLive).toBe(true));
    expect(texts(room)).toHaveLength(4);
    expect(server.seen.sends).toHaveLength(2);
  });

  test('T2: where no WebSocket gets through it goes over SSE, sends included', async () => {
    server.blockWebSockets(true);
    const chat = open();
    const room = chat.openRoom();
    room.send('over HTTP');
    await until(() => expect(chat.connection.get()).toMatchObject({ name: 'connected', transport: 'sse' }));
    await until(() => expect(room.getSnapshot().isLive).toBe(true));
    await until(() => expect(texts(room)).toEqual(['over HTTP']));
    server.write('over SSE');
    await until(() => expect(texts(room)).toEqual(['over HTTP', 'over SSE']));
    expect(server.seen.sockets).toBe(0);
  });

  test('A2: a refused token is told and stops the tries; signing in goes on', async () => {
    let token = 'bad';
    const chat = open({ getToken: () => token });
    const room = chat.openRoom();
    await until(() => expect(room.getSnapshot().problem?.code).toBe('TOKEN_INVALID'));
    expect(chat.connection.get().name).toBe('refused');
    token = 'good';
    server.write('there');
    chat.signedIn();
    await until(() => expect(texts(room)).toEqual(['there']));
    await until(() => expect(room.getSnapshot()).toMatchObject({ isLive: true, problem: null }));
  });

  test('A5: over twenty rooms no more than 16 sends are in flight', async () => {
    const chat = open();
    const rooms = Array.from({ length: 20 }, (_, n) => chat.openRoom(`room-${n}`));
    await until(() => expect(rooms.every((room) => room.getSnapshot().isLive)).toBe(true));
    for (const room of rooms) room.send(unanswered);
    await until(() => expect(server.seen.sends).toHaveLength(16));
    // What went out after them would have arrived by now.
    await chat.trpc.chat.recent.query();
    server.write('later');
    await until(() => expect(rooms.every((room) => texts(room).includes('later'))).toBe(true));
    expect(server.seen.sends).toHaveLength(16);
  });

  test('a reload loses no unsent message, and closing the last room closes the connection', async () => {
    const storage = createMemoryStorage();
    const { port, log } = server;
    await server.close();
    const first = open({ storage });
    first.openRoom().send('unsent');
    first.close();
    server = await startTestServer({ port, log });
    const chat = open({ storage });
    const room = chat.openRoom();
    expect(room.getSnapshot().rows).toMatchObject([{ pending: { text: 'unsent', state: 'sending' } }]);
    await until(() => expect(texts(room)).toEqual(['unsent']));
    room.close();
    expect(chat.connection.get().name).toBe('idle');
    expect(storage.length).toBe(0);
  });
});
