import { createTestDatabase, findFreePort, type TestDatabase } from '@folkmoot/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { eventually } from './eventually.ts';
import { openRawSocket } from './raw-socket.ts';
import { readRoom } from './read-room.ts';
import { spawnServer } from './spawn-server.ts';
import { createStockClient, signTestToken, startTestServer, testSecret } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const noticeMs = 2_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => database.close());

it('SIGTERM under load: acknowledged writes are kept, sockets get a close code, streams end, the exit code is 0 (T5)', async () => {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  await using server = await spawnServer({
    env: {
      DATABASE_URL: database.url,
      AUTH_SECRET: testSecret,
      HOST: '127.0.0.1',
      PORT: String(port),
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'warn',
      DRAIN_NOTICE_MS: String(noticeMs),
    },
  });
  const token = await signTestToken({ sub: 'ada' });

  // Sockets that know nothing of reconnecting, each with a stream of its own.
  const sockets = await Promise.all(Array.from({ length: 12 }, async () => openRawSocket(url, token)));
  for (const { send } of sockets) {
    send({ id: 1, method: 'subscription', params: { path: 'chat.message', input: { json: {} } } });
  }
  await eventually(() => {
    for (const { frames } of sockets) expect(frames.join()).toContain('"ready"');
  });
  const stream = await fetch(
    `${url}/trpc/chat.message?input=${encodeURIComponent('{"json":{}}')}&connectionParams=${encodeURIComponent(JSON.stringify({ token }))}`,
  );
  const streamEnded = stream.text().then(
    () => 'ended',
    () => 'ended',
  );

  // Senders that go on until they are no longer answered.
  const acknowledged = new Set<string>();
  const senders = await Promise.all(
    (['websocket', 'http'] as const).flatMap((calls) =>
      Array.from({ length: 4 }, async () => createStockClient(url, token, { calls })),
    ),
  );
  let [isStopping, inNotice] = [false, 0];
  const sending = senders.map(async ({ trpc }) => {
    while (!isStopping) {
      try {
        acknowledged.add((await trpc.chat.send.mutate({ message: 'as long as it goes' })).id);
      } catch {
        return;
      }
    }
  });
  await vi.waitUntil(() => acknowledged.size > 50, { timeout: 20_000 });

  const exit = server.stop();
  await vi.waitUntil(async () => (await fetch(`${url}/readyz`)).status === 503, { timeout: 10_000, interval: 20 });
  const before = acknowledged.size;
  await vi.waitUntil(() => acknowledged.size > before + 20, { timeout: 10_000 });
  inNotice = acknowledged.size;
  // As when a signal to the group comes twice, and once more because somebody has no patience.
  process.kill(server.pid, 'SIGTERM');
  process.kill(server.pid, 'SIGINT');

  expect(await exit).toBe(0);
  isStopping = true;
  expect(await Promise.all(sockets.map(async ({ closed }) => closed))).toEqual(sockets.map(() => 1012));
  for (const { frames } of sockets) expect(frames.some((frame) => frame.includes('"reconnect"'))).toBe(true);
  expect(await streamEnded).toBe('ended');
  await Promise.all(senders.map(async (client) => client.close()));
  await Promise.all(sending);
  expect(acknowledged.size).toBeGreaterThanOrEqual(inNotice);

  await using later = await startTestServer({ sharing: database });
  const { messages } = await readRoom(later.stockClient(token));
  const stored = new Set(messages.map(({ id }) => id));
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([]);
});
