import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type ChatLogger, silentLogger } from '../chat-logger.ts';
import { type Clock, systemClock } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import { DomainError } from '../errors/domain-error.ts';
import { connectRedis } from '../redis/connect-redis.ts';
import { parseRedisUrl } from '../redis/redis-url.ts';
import { createRateLimiter, type LimitedAction, type RateLimiter, rates } from './rate-limiter.ts';

/** Calls wait for the answer; behind a connection that is open and dead, none does so for longer. */
const answerTimeoutMs = 1_000;

/** Where Redis is. It may be the one of the event bus. */
export type RedisRateLimiterOptions = {
  /** As for the event bus. */
  url: string;
  clock?: Clock;
  logger?: ChatLogger;
  random?: () => number;
};

/**
 * A6's limits across all nodes that share a Redis. Whoever is over the limit of this node is refused without asking; of
 * what is left Redis counts a burst in the time in which its bucket would fill: the same rate and the same burst, in
 * windows instead of drops. While Redis is away the limits are those of each node.
 */
export function createRedisRateLimiter(options: RedisRateLimiterOptions): RateLimiter {
  const { clock = systemClock, logger = silentLogger, random = Math.random } = options;
  const address = parseRedisUrl(options.url);
  const local = createRateLimiter(clock);
  let isAway = false;
  const onError = (error: unknown): void => {
    if (!isAway) logger.warn(describeError(error), 'Redis cannot be used: limits are those of this node until it can');
    isAway = true;
  };
  const connection = connectRedis(address, { random, onError, answerTimeoutMs });
  const shared = (action: LimitedAction): RateLimiterRedis => {
    const { ratePerSecond, burst } = rates[action];
    return new RateLimiterRedis({
      storeClient: connection,
      keyPrefix: `folkmoot:${address.database}:limit:${action}`,
      points: burst,
      duration: burst / ratePerSecond,
      rejectIfRedisNotReady: true,
    });
  };
  const limiters = { write: shared('write'), read: shared('read'), 'guest-login': shared('guest-login') };

  return {
    async check(action, who) {
      local.check(action, who);
      // Not connected yet, or not any more, which was told.
      if (connection.status !== 'ready') return;
      try {
        await limiters[action].consume(who);
        isAway = false;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) {
          throw new DomainError('RATE_LIMITED', { retryAfterMs: Math.max(1, refusal.msBeforeNext) });
        }
        onError(refusal);
      }
    },
    close: () => connection.disconnect(),
  };
}
