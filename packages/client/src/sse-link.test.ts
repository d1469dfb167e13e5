import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { me } from '../test/room-log.ts';
import { type TestServer, startTestServer } from '../test/test-server.ts';
import { type Chat, createChat } from './chat.ts';
import { createChatClient } from './chat-client.ts';
import { systemClientClock } from './client-clock.ts';

const loads = vi.hoisted(() => ({ count: 0 }));
vi.mock('eventsource', async (importOriginal) => {
  loads.count++;
  return importOriginal();
});

let server: TestServer;
let chat: Chat | undefined;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  chat?.close();
  await server.close();
});
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 20 });

test('the package eventsource is loaded with the first stream over SSE, and not before', async () => {
  const client = createChatClient({ url: server.url });
  const texts: unknown[] = [];
  const stream = client.trpc.chat.message.subscribe({}, { onData: ({ data }) => texts.push(data) });
  chat = createChat({ url: server.url, ownUser: me, clock: { ...systemClientClock, random: () => 0.05 } });
  const room = chat.openRoom();
  room.send('over WebSocket');
  await until(() => expect(room.getSnapshot()).toMatchObject({ isLive: true, rows: [{ state: 'sent' }] }));
  await until(() => expect(texts.length).toBeGreaterThan(0));
  stream.unsubscribe();
  await client.close();
  expect(loads.count).toBe(0);

  server.blockWebSockets(true);
  server.drop();
  await until(() => expect(chat?.connection.get()).toMatchObject({ name: 'connected', transport: 'sse' }));
  expect(loads.count).toBe(1);
});
