import { requireTool, startFaultProxy } from '@folkmoot/db/testing';
import { Redis } from 'ioredis';
import { describe, expect, test, vi } from 'vitest';
import { buildMessage, startTestRedis } from '../testing/index.ts';
import type { BusHint } from './bus-hint.ts';
import { describeEventBus } from './event-bus.suite.ts';
import { toLogEvent } from './log-event.ts';
import { createRedisEventBus } from './redis-event-bus.ts';

const redisServer = requireTool('redis-server');

const hint: BusHint = { kind: 'log', room: 'main-chat', epoch: 'aaaaaaaaaaaa', head: 1 };

describe.skipIf(!redisServer)('with redis-server', () => {
  describeEventBus(
    'Redis',
    async () => {
      const redis = await startTestRedis(redisServer ?? '');
      const link = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
      const here = createRedisEventBus({ url: `redis://127.0.0.1:${redis.port}`, source: 'here' });
      const there = createRedisEventBus({ url: `redis://127.0.0.1:${link.port}`, source: 'there' });
      return {
        nodes: [here, there] as const,
        redis,
        link,
        async close() {
          await link[Symbol.asyncDispose]();
          await redis[Symbol.asyncDispose]();
        },
      };
    },
    {
      'its connections are cut': async ({ link }) => link.reset(),
      'Redis was killed and started again': async ({ redis, nodes }) => {
        await redis.kill();
        await vi.waitUntil(() => nodes.every((node) => !node.isUp()), { timeout: 20_000 });
        await redis.start();
      },
      'Redis was out of reach for a while': async ({ link, nodes: [, there] }) => {
        await link.cut();
        await vi.waitUntil(() => !there.isUp(), { timeout: 20_000 });
        await link.restore();
      },
    },
  );

  test('events come along when they fit, and the head alone when they do not (R10)', async () => {
    await using redis = await startTestRedis(redisServer ?? '');
    const url = `redis://127.0.0.1:${redis.port}`;
    const [here, there] = [createRedisEventBus({ url, source: 'here' }), createRedisEventBus({ url, source: 'there' })];
    const heard: BusHint[] = [];
    there.listen('main-chat', (one) => heard.push(one));
    const event = toLogEvent({ epoch: 'aaaaaaaaaaaa', seq: 1 }, 'message-received', { message: buildMessage(1) });
    const small: BusHint = { ...hint, events: [{ seq: 1, event }] };
    await vi.waitFor(() => {
      here.publish(small);
      expect(heard).toContainEqual(small);
    });
    const many = Array.from({ length: 500 }, (_, index) => ({ seq: index + 2, event }));
    here.publish({ ...hint, head: 501, events: many });
    await vi.waitFor(() => expect(heard.at(-1)).toEqual({ ...hint, head: 501 }));
    await Promise.all([here.close(), there.close()]);
  });

  test('a node hears only rooms that it serves, and another installation by its database number not at all', async () => {
    await using redis = await startTestRedis(redisServer ?? '');
    const url = `redis://127.0.0.1:${redis.port}`;
    const here = createRedisEventBus({ url, source: 'here' });
    const other = createRedisEventBus({ url: `${url}/1`, source: 'other' });
    const admin = new Redis(redis.port);
    const unlisten = here.listen('main-chat', () => {});
    other.listen('main-chat', () => {});
    const channels = async () => (await admin.pubsub('CHANNELS', '*:room:*')).map(String).toSorted();
    await vi.waitFor(async () =>
      expect(await channels()).toEqual(['folkmoot:0:room:main-chat', 'folkmoot:1:room:main-chat']),
    );
    unlisten();
    await vi.waitFor(async () => expect(await channels()).toEqual(['folkmoot:1:room:main-chat']));
    admin.disconnect();
    await Promise.all([here.close(), other.close()]);
  });
});

test('a Redis that is away throws at nobody, and what is published is not kept (R10)', async () => {
  const warn = vi.fn<() => void>();
  const bus = createRedisEventBus({ url: 'redis://127.0.0.1:1', source: 'here', logger: { warn, error: warn } });
  const leave = bus.listen('main-chat', () => {});
  for (let head = 1; head <= 10_000; head++) bus.publish({ ...hint, head });
  await vi.waitFor(() => expect(warn).toHaveBeenCalled());
  leave();
  expect(bus.isUp()).toBe(false);
  await bus.close();
});
