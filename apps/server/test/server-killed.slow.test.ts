import { findFreePort } from '@folkmoot/db/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { sendPatiently } from './send-patiently.ts';
import { spawnServer } from './spawn-server.ts';
import { createStockClient, signTestToken, testSecret } from './start-test-server.ts';
import { makeTemporaryDataDir } from './temporary-data-dir.ts';

const kills = 10;
const sockets = 10;
/** Sends that a socket has under way at a time. */
const lanes = 2;
const each = 100;
const inRound = sockets * lanes * each;
/** Not so soon that a start of the server is spent on answering who is too early. */
const reconnectMs = 300;

it('kill -9 during 2,000 sends, ten times: what was acknowledged is there, nothing is there twice (S1, S2, R5)', async () => {
  const dataDir = makeTemporaryDataDir();
  const port = await findFreePort();
  const env = {
    DATA_DIR: dataDir.path,
    AUTH_SECRET: testSecret,
    HOST: '127.0.0.1',
    PORT: String(port),
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
  };
  let server = await spawnServer({ env });
  // Also when the time is up, which ends no function.
  onTestFinished(async () => {
    await server.stop();
    dataDir[Symbol.dispose]();
  });
  const url = `http://127.0.0.1:${port}`;
  const clients = await Promise.all(
    Array.from({ length: sockets }, async (_, index) =>
      createStockClient(url, await signTestToken({ sub: `sender ${index}` }), { calls: 'websocket', reconnectMs }),
    ),
  );
  const followers = await Promise.all(
    (['websocket', 'sse'] as const).map(async (streams) => {
      const client = createStockClient(url, await signTestToken({ sub: streams }), { streams, reconnectMs });
      const heard = collectEvents(client);
      await eventually(() => expect(heard.events[0]?.data.type).toBe('ready'));
      return { client, heard };
    }),
  );

  const acknowledged = new Map<string, string>();
  let retries = 0;
  for (let kill = 0; kill < kills; kill++) {
    let inThisRound = 0;
    const everyLane = clients.flatMap((client, socket) =>
      Array.from({ length: lanes }, (_, lane) => ({ client, name: `${kill} ${socket} ${lane}` })),
    );
    const sending = everyLane.map(async ({ client, name }) => {
      for (let index = 0; index < each; index++) {
        const message = `${name} ${index}`;
        const { id } = await sendPatiently(client, { message }, { onRetry: () => retries++ });
        acknowledged.set(id, message);
        inThisRound++;
      }
    });
    // Each time at another moment, and always with sends under way.
    const moment = Math.round(((kill + 0.5) / kills) * inRound);
    await vi.waitUntil(() => inThisRound >= moment, { timeout: 60_000, interval: 1 });
    await server.kill();
    server = await spawnServer({ env });
    await Promise.all(sending);
  }
  expect(retries).toBeGreaterThanOrEqual(kills);

  const total = kills * inRound;
  const [reader] = clients;
  if (!reader) throw new Error('There is a sender.');
  const { messages } = await readRoom(reader);
  expect(acknowledged.size).toBe(total);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expect(new Map(messages.map(({ id, message }) => [id, message]))).toEqual(acknowledged);
  expect(messages.every(({ createdAt }, index) => createdAt >= (messages[index - 1]?.createdAt ?? 0))).toBe(true);

  // Streams lived through all of it: a client sees nothing of the kills but the time that they took.
  for (const { heard, client } of followers) {
    await eventually(() => expect(heard.texts()).toHaveLength(total), 20_000);
    expect(heard.texts()).toEqual(messages.map(({ message }) => message));
    expect(heard.events).toHaveLength(total + 1);
    expect(heard.failures).toEqual([]);
    heard.stop();
    await client.close();
  }
  await Promise.all(clients.map(async (client) => client.close()));

  // An orderly stop, and one more start: all is still there.
  expect(await server.stop()).toBe(0);
  server = await spawnServer({ env });
  const page = await createStockClient(url, await signTestToken({ sub: 'later' })).trpc.chat.history.query({
    page: 1,
  });
  expect(page.total).toBe(total);
}, 600_000);
