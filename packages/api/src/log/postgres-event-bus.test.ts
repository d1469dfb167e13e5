import { connectDatabase } from '@folkmoot/db';
import { createTestDatabase, startFaultProxy, type TestDatabase } from '@folkmoot/db/testing';
import { expect, test, vi } from 'vitest';
import type { ChatLogger } from '../chat-logger.ts';
import type { BusHint } from './bus-hint.ts';
import type { EventBus } from './event-bus.ts';
import { describeEventBus } from './event-bus.suite.ts';
import { createPostgresEventBus } from './postgres-event-bus.ts';

const hint: BusHint = { kind: 'log', room: 'main-chat', epoch: 'aaaaaaaaaaaa', head: 1 };

function createNode(database: TestDatabase, listenUrl: string, source: string): EventBus {
  return createPostgresEventBus({
    notify: database.connect({ maxConnections: 2 }).sql,
    connect: () => connectDatabase({ url: listenUrl, maxConnections: 1, applicationName: `listen-${source}` }),
    source,
  });
}

/** Two nodes, the second of which listens over a link that can be made bad. */
async function createWorld() {
  const database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  const link = await startFaultProxy({ host: hostname, port: Number(port) });
  const url = new URL(database.url);
  url.port = String(link.port);
  return {
    nodes: [createNode(database, database.url, 'here'), createNode(database, url.href, 'there')] as const,
    database,
    link,
    async close() {
      await link[Symbol.asyncDispose]();
      await database.close();
    },
  };
}

describeEventBus('PostgreSQL', createWorld, {
  'its connection is cut': async ({ link }) => link.reset(),
  'its connection is ended by the server': async ({ database }) => {
    const { sql } = database.connect({ maxConnections: 1 });
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listen-there'`;
  },
  'the server was out of reach for a while': async ({ link, nodes: [, there] }) => {
    await link.cut();
    await vi.waitUntil(() => !there.isUp(), { timeout: 20_000 });
    await link.restore();
  },
});

test('events do not go through NOTIFY, and of one room only the newest head does (R10)', async () => {
  await using database = await createTestDatabase();
  const { sql } = database.connect({ maxConnections: 1 });
  const payloads: string[] = [];
  await sql.listen('folkmoot', (payload) => payloads.push(payload));
  const node = createNode(database, database.url, 'here');
  for (let head = 1; head <= 1_000; head++) {
    node.publish({ ...hint, head, events: [{ seq: head, event: undefined }] });
  }
  await vi.waitFor(() => expect(payloads.at(-1)).toContain('"head":1000'));
  expect(payloads.length).toBeLessThan(10);
  expect(payloads.every((payload) => payload.length < 200 && !payload.includes('events'))).toBe(true);
  await node.close();
});

test('a database that is away keeps nothing waiting for ever and throws at nobody (R10, T4)', async () => {
  const warn = vi.fn<ChatLogger['warn']>();
  const node = createPostgresEventBus({
    notify: connectDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', maxConnections: 1 }).sql,
    connect: () => connectDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', maxConnections: 1 }),
    source: 'here',
    logger: { warn, error: vi.fn<ChatLogger['error']>() },
  });
  for (let head = 1; head <= 100; head++) node.publish({ ...hint, head });
  await vi.waitFor(() => expect(warn).toHaveBeenCalledWith(expect.anything(), 'cannot listen to PostgreSQL'));
  expect(node.isUp()).toBe(false);
  await node.close();
});
