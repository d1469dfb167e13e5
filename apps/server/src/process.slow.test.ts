import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@folkmoot/db/testing';
import { expect, it } from 'vitest';
import { createStockClient, signTestToken, testSecret } from '../test/start-test-server.ts';
import { runServer, spawnServer } from '../test/spawn-server.ts';

it('stops in order on a signal, also when it comes twice, and loses no acknowledged write (T5)', async () => {
  await using database = await createTestDatabase();
  const env = {
    PORT: '0',
    DATABASE_URL: database.url,
    AUTH_SECRET: testSecret,
    DRAIN_NOTICE_MS: '300',
    RATE_LIMITS: 'off',
  };
  await using server = await spawnServer({ env });
  await using client = createStockClient(server.url, await signTestToken({ sub: 'ada' }), { calls: 'websocket' });
  await client.trpc.auth.me.query();

  const acknowledged: string[] = [];
  const sending = (async () => {
    for (let index = 0; ; index++) {
      const { message } = await client.trpc.chat.send.mutate({ message: `message ${index}` });
      acknowledged.push(message);
      if (index === 20) process.kill(server.pid, 'SIGTERM');
      if (index === 25) process.kill(server.pid, 'SIGTERM');
    }
  })().catch(() => {});
  const readiness = async () => (await fetch(`${server.url}/readyz`).catch(() => undefined))?.status ?? 'gone';
  const seen = new Set<number | 'gone'>();
  do {
    seen.add(await readiness());
  } while (!seen.has('gone'));
  expect([...seen]).toEqual([200, 503, 'gone']);
  expect(await server.stop()).toBe(0);
  await client.close();
  await sending;

  expect(acknowledged.length).toBeGreaterThan(25);
  await using again = await spawnServer({ env });
  await using reader = createStockClient(again.url, await signTestToken({ sub: 'ada' }));
  const { messages } = await reader.trpc.chat.history.query({ limit: 100 });
  const stored = messages.map(({ message }) => message);
  expect(stored).toEqual(acknowledged.slice(-100));
  // Told to go elsewhere, the client has tried to, and was refused: there is no other node here.
  expect(client.closeCodes).toContain(1012);
  expect(await again.stop()).toBe(0);
});

it('serves at home with nothing set: PostgreSQL is embedded, a secret is made, a second server is refused', async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'folkmoot-home-'));
  await using server = await spawnServer({ env: { PORT: '0', DATA_DIR } });
  expect(server.output()).toMatch(/PostgreSQL is embedded[^\n]*folkmoot-home-/);
  expect((await stat(join(DATA_DIR, 'auth-secret'))).mode & 0o777).toBe(0o600);

  const second = await runServer({ env: { PORT: '0', DATA_DIR } });
  expect(second.code).toBe(1);
  expect(second.stderr).toMatch(/^folkmoot cannot start: .*folkmoot-home-.*\n$/m);
  expect(second.stderr).not.toContain('    at ');

  const guest = createStockClient(server.url);
  const { token, user } = await guest.trpc.auth.guest.mutate({ name: 'Ada' });
  await createStockClient(server.url, token).trpc.chat.send.mutate({ message: 'before kill -9' });
  await server.kill();

  await using again = await spawnServer({ env: { PORT: '0', DATA_DIR } });
  const { messages } = await createStockClient(again.url, token).trpc.chat.history.query({});
  expect(messages).toMatchObject([{ message: 'before kill -9', userId: user.id }]);
  expect(again.output()).not.toContain(await readFile(join(DATA_DIR, 'auth-secret'), 'utf8'));
  expect(await again.stop()).toBe(0);
});
