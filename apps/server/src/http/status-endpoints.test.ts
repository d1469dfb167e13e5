import { expect, it, vi } from 'vitest';
import { createTestDatabase, startFaultProxy } from '@folkmoot/db/testing';
import { startTestServer } from '../../test/start-test-server.ts';

it('says that it lives, that it is ready, and what it counts (T4)', async () => {
  await using server = await startTestServer();
  const status = async (path: string) => (await fetch(server.url + path)).status;
  expect(await status('/healthz')).toBe(200);
  expect(await status('/readyz')).toBe(200);
  await using client = server.stockClient(await server.token({ sub: 'ada' }), { calls: 'websocket' });
  await client.trpc.auth.me.query();
  await fetch(`${server.url}/trpc/chat.history`);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^folkmoot_websockets 1$/m);
  expect(metrics).toMatch(/^folkmoot_database_up 1$/m);
  expect(metrics).toMatch(/^folkmoot_call_errors_total\{code="UNAUTHORIZED"\} 1$/m);
  expect(metrics).toMatch(/^folkmoot_http_request_duration_seconds_count\{route="trpc",status="401"\} 1$/m);
});

it('is not ready while the database is away, lives on, and is ready when it is back (T4)', async () => {
  await using database = await createTestDatabase();
  const behind = new URL(database.url);
  await using proxy = await startFaultProxy({ host: behind.hostname, port: Number(behind.port) });
  behind.host = `127.0.0.1:${proxy.port}`;
  await using server = await startTestServer({ sharing: database, databaseUrl: behind.href });
  const readiness = async () => (await fetch(`${server.url}/readyz`)).status;
  const recent = async () => fetch(`${server.url}/api/community/chat/recent`);
  expect([await readiness(), (await recent()).status]).toEqual([200, 200]);

  await proxy.cut();
  await vi.waitFor(async () => expect(await readiness()).toBe(503), { timeout: 15_000, interval: 200 });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const refused = await recent();
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: { code: 'DATABASE_UNAVAILABLE', retryable: 'yes' } });

  await proxy.restore();
  await vi.waitFor(async () => expect(await readiness()).toBe(200), { timeout: 15_000, interval: 200 });
  expect((await recent()).status).toBe(200);
}, 60_000);

it('shows metrics to the bearer of METRICS_TOKEN only, and in production to nobody without one', async () => {
  await using open = await startTestServer({ isProduction: true });
  expect((await fetch(`${open.url}/metrics`)).status).toBe(404);
  await using closed = await startTestServer({ isProduction: true, metricsToken: 'a token', sharing: open.database });
  const status = async (authorization?: string) =>
    (await fetch(`${closed.url}/metrics`, authorization === undefined ? {} : { headers: { authorization } })).status;
  expect(await status()).toBe(401);
  expect(await status('Bearer another')).toBe(401);
  expect(await status('Bearer a')).toBe(401);
});
