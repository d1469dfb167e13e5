import type { Clock } from '../clock.ts';
import { DomainError } from '../errors/domain-error.ts';
import { type BucketRate, TokenBuckets } from './token-bucket.ts';

/** What is limited: sends, edits and deletes together; other calls; new guests (A6). */
export type LimitedAction = 'write' | 'read' | 'guest-login';

export const rates: Record<LimitedAction, BucketRate> = {
  write: { ratePerSecond: 10, burst: 60 },
  read: { ratePerSecond: 20, burst: 100 },
  'guest-login': { ratePerSecond: 5 / 60, burst: 20 },
};

/** Holds callers to A6. What `createChatServices` takes, it also closes. */
export type RateLimiter = {
  /** Throws RATE_LIMITED, which says how long to wait. `who` is a user's id or an address. */
  check(action: LimitedAction, who: string): void | Promise<void>;
  close(): void;
};

/** Of this node alone: it answers at once. */
export type NodeRateLimiter = { check(action: LimitedAction, who: string): void; close(): void };

export function createRateLimiter(clock: Clock): NodeRateLimiter {
  const buckets = {
    write: new TokenBuckets(rates.write),
    read: new TokenBuckets(rates.read),
    'guest-login': new TokenBuckets(rates['guest-login']),
  };
  return {
    check(action, who) {
      const retryAfterMs = buckets[action].take(who, clock.now());
      if (retryAfterMs > 0) throw new DomainError('RATE_LIMITED', { retryAfterMs });
    },
    close: () => undefined,
  };
}

/** For benchmarks and tests (RATE_LIMITS=off). */
export const noRateLimiter: NodeRateLimiter = { check: () => undefined, close: () => undefined };
