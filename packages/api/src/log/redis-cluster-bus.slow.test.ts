import { requireTool } from '@folkmoot/db/testing';
import { describe } from 'vitest';
import { startTestRedis } from '../testing/index.ts';
import { describeEventBus } from './event-bus.suite.ts';
import { createRedisEventBus } from './redis-event-bus.ts';

const redisServer = requireTool('redis-server');

describe.skipIf(!redisServer)('with redis-server', () => {
  describeEventBus('Redis Cluster', async () => {
    const redis = await startTestRedis(redisServer ?? '', { isCluster: true });
    const url = `redis://127.0.0.1:${redis.port}?cluster=true`;
    return {
      nodes: [createRedisEventBus({ url, source: 'here' }), createRedisEventBus({ url, source: 'there' })] as const,
      close: async () => redis[Symbol.asyncDispose](),
    };
  });
});
