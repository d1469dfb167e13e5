import { connectDatabase } from '@folkmoot/db';
import { createTestDatabase, requireTool, startFaultProxy } from '@folkmoot/db/testing';
import { expect, test, vi } from 'vitest';
import { startTestRedis } from '../testing/index.ts';
import type { EventBus } from './event-bus.ts';
import { createPostgresEventBus } from './postgres-event-bus.ts';
import { createRedisEventBus } from './redis-event-bus.ts';

const redisServer = requireTool('redis-server');

/** Makes the link swallow everything, waits until the node has noticed, and mends it. */
async function swallow(bus: EventBus, setBlackHole: (isBlackHole: boolean) => void): Promise<number> {
  await vi.waitFor(() => expect(bus.isUp()).toBe(true), { timeout: 10_000 });
  const onGap = vi.fn<() => void>();
  bus.onGap(onGap);
  const since = performance.now();
  setBlackHole(true);
  await vi.waitFor(() => expect(bus.isUp()).toBe(false), { timeout: 20_000, interval: 50 });
  const noticedMs = performance.now() - since;
  setBlackHole(false);
  const heard: number[] = [];
  bus.listen('main-chat', (hint) => hint.kind === 'log' && heard.push(hint.head));
  await vi.waitFor(
    () => {
      bus.publish({ kind: 'log', room: 'main-chat', epoch: 'aaaaaaaaaaaa', head: 1 });
      expect(heard).toContain(1);
      expect(bus.isUp()).toBe(true);
    },
    { timeout: 30_000, interval: 100 },
  );
  expect(onGap).toHaveBeenCalled();
  return noticedMs;
}

test('a LISTEN connection that is cut off without a word is noticed within 15 s and made anew (R10)', async () => {
  await using database = await createTestDatabase();
  const url = new URL(database.url);
  await using link = await startFaultProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(link.port);
  const bus = createPostgresEventBus({
    notify: database.connect().sql,
    connect: () => connectDatabase({ url: url.href, maxConnections: 1 }),
    source: 'here',
  });
  expect(await swallow(bus, (isBlackHole) => link.set({ isBlackHole }))).toBeLessThan(15_000);
  await bus.close();
});

test.skipIf(!redisServer)(
  'a Redis that is cut off without a word is noticed within 15 s and reached again (R10)',
  async () => {
    await using redis = await startTestRedis(redisServer ?? '');
    await using link = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    const bus = createRedisEventBus({ url: `redis://127.0.0.1:${link.port}`, source: 'here' });
    expect(await swallow(bus, (isBlackHole) => link.set({ isBlackHole }))).toBeLessThan(15_000);
    await bus.close();
  },
);
