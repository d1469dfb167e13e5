import { requireTool, startFaultProxy } from '@folkmoot/db/testing';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../errors/domain-error.ts';
import { startTestRedis } from '../testing/index.ts';
import { rates } from './rate-limiter.ts';
import { createRedisRateLimiter } from './redis-rate-limiter.ts';

const redisServer = requireTool('redis-server');

/** How many of so many calls are let in, and what the refused ones are told. */
async function call(limiters: ReturnType<typeof createRedisRateLimiter>[], count: number, who = 'ann') {
  const refusals: unknown[] = [];
  for (let index = 0; index < count; index++) {
    try {
      await limiters[index % limiters.length]?.check('write', who);
    } catch (refusal) {
      refusals.push(refusal);
    }
  }
  return { letIn: count - refusals.length, refusals };
}

describe.skipIf(!redisServer)('with redis-server', () => {
  test('a burst is one burst, through however many nodes it comes, and a refusal says how long to wait (A6)', async () => {
    await using redis = await startTestRedis(redisServer ?? '');
    const url = `redis://127.0.0.1:${redis.port}`;
    const nodes = [createRedisRateLimiter({ url }), createRedisRateLimiter({ url }), createRedisRateLimiter({ url })];
    const admin = new Redis(redis.port);
    const countedOf = async (who: string) => Number(await admin.get(`folkmoot:0:limit:write:${who}`));
    let round = 0;
    // Each node is connected when each one's call was counted.
    await expect
      .poll(async () => {
        await call(nodes, 3, `warm-up-${++round}`);
        return countedOf(`warm-up-${round}`);
      })
      .toBe(3);
    const { letIn, refusals } = await call(nodes, 90);
    expect(letIn).toBe(rates.write.burst);
    const fillMs = (rates.write.burst / rates.write.ratePerSecond) * 1_000;
    for (const refusal of refusals) {
      if (!(refusal instanceof DomainError)) throw refusal;
      expect(refusal.code).toBe('RATE_LIMITED');
      expect(refusal.retryAfterMs).toBeGreaterThan(0);
      expect(refusal.retryAfterMs).toBeLessThanOrEqual(fillMs);
    }
    expect((await call(nodes, 10, 'bob')).letIn).toBe(10);
    for (const node of nodes) node.close();
    admin.disconnect();
  });

  test('while Redis is away each node keeps its own limit, and answers at once (A6)', async () => {
    await using redis = await startTestRedis(redisServer ?? '');
    const node = createRedisRateLimiter({ url: `redis://127.0.0.1:${redis.port}` });
    await node.check('write', 'warm-up');
    await redis.kill();
    const since = performance.now();
    expect((await call([node], 90)).letIn).toBeGreaterThanOrEqual(rates.write.burst);
    expect((await call([node], 90)).letIn).toBeLessThan(60);
    expect(performance.now() - since).toBeLessThan(2_000);
    node.close();
  });

  test('a Redis that is cut off without a word holds up the calls of a moment, and is asked again later (A6)', async () => {
    await using redis = await startTestRedis(redisServer ?? '');
    await using link = await startFaultProxy({ host: '127.0.0.1', port: redis.port });
    const node = createRedisRateLimiter({ url: `redis://127.0.0.1:${link.port}` });
    const admin = new Redis(redis.port);
    const isCounted = async (who: string) => {
      await node.check('write', who);
      return admin.exists(`folkmoot:0:limit:write:${who}`);
    };
    await expect.poll(() => isCounted('ann')).toBe(1);
    link.set({ isBlackHole: true });
    const since = performance.now();
    expect((await call([node], 20, 'bob')).letIn).toBe(20);
    expect(performance.now() - since).toBeLessThan(3_000);
    link.set({ isBlackHole: false });
    await expect.poll(() => isCounted('eve'), { timeout: 15_000 }).toBe(1);
    node.close();
    admin.disconnect();
  });
});
