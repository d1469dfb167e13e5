import { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './redis-url.ts';

export type RedisConnection = Redis | Cluster;

const connectTimeoutMs = 5_000;
const keepAliveMs = 10_000;
const lastRetryMs = 1_000;

/**
 * One connection to Redis, or to a cluster of it, that is made again whenever it is lost, spaced by up to a second. What
 * is asked while there is none fails at once: nothing waits in this process for a Redis that is away.
 */
export function connectRedis(
  { addresses, isCluster }: RedisAddress,
  options: {
    isShardedSubscriber?: boolean;
    /** A connection on which no answer comes for so long is dead. By default only TCP finds that out. */
    answerTimeoutMs?: number;
    random: () => number;
    onError: (error: unknown) => void;
  },
): RedisConnection {
  const { isShardedSubscriber = false, answerTimeoutMs, random, onError } = options;
  const retryStrategy = (tries: number): number =>
    Math.min(lastRetryMs, 50 * 2 ** Math.min(tries, 10)) * (0.5 + random() / 2);
  const shared = {
    connectTimeout: connectTimeoutMs,
    keepAlive: keepAliveMs,
    maxRetriesPerRequest: 0,
    // On a cluster a subscription moves with its slot, which the library sees.
    autoResubscribe: isCluster,
    ...(answerTimeoutMs !== undefined && { socketTimeout: answerTimeoutMs }),
  };
  const [first = ''] = addresses;
  const connection = isCluster
    ? new Cluster(addresses, {
        clusterRetryStrategy: retryStrategy,
        enableOfflineQueue: false,
        shardedSubscribers: isShardedSubscriber,
        redisOptions: shared,
      })
    : new Redis(first, { ...shared, retryStrategy, enableOfflineQueue: false });
  connection.on('error', onError);
  return connection;
}
