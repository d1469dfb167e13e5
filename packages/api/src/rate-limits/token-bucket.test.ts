import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createRateLimiter, noRateLimiter, rates } from './rate-limiter.ts';
import { TokenBuckets } from './token-bucket.ts';

test('a burst, then the rate: the wait that is told is the wait that helps, to the millisecond (A6)', () => {
  const buckets = new TokenBuckets({ ratePerSecond: 10, burst: 60 });
  for (let call = 0; call < 60; call++) expect(buckets.take('ann', 0)).toBe(0);
  expect(buckets.take('ann', 0)).toBe(100);
  expect(buckets.take('ann', 40)).toBe(60);
  expect(buckets.take('ann', 99)).toBe(1);
  expect(buckets.take('ann', 100)).toBe(0);
  expect(buckets.take('ann', 100)).toBe(100);
});

test('a refusal costs no token, so whoever hammers is let in as soon as whoever waits (A6)', () => {
  const buckets = new TokenBuckets({ ratePerSecond: 10, burst: 1 });
  expect(buckets.take('ann', 0)).toBe(0);
  for (let now = 1; now < 100; now++) expect(buckets.take('ann', now)).toBeGreaterThan(0);
  expect(buckets.take('ann', 101)).toBe(0);
});

test('a bucket never holds more than its burst, and a clock that goes back takes nothing away (A6)', () => {
  const buckets = new TokenBuckets({ ratePerSecond: 10, burst: 5 });
  buckets.take('ann', 0);
  for (let call = 0; call < 5; call++) expect(buckets.take('ann', 3_600_000)).toBe(0);
  expect(buckets.take('ann', 3_600_000)).toBe(100);
  expect(buckets.take('ann', 0)).toBe(100);
  expect(buckets.take('ann', 100)).toBe(0);
});

test('memory follows those who are active, and has an end whoever comes (A6, A8)', () => {
  const buckets = new TokenBuckets({ ratePerSecond: 10, burst: 60 });
  for (let index = 0; index < 1_000; index++) buckets.take(`key-${index}`, 0);
  for (let now = 0; now <= 13_000; now += 1_000) buckets.take('active', now);
  expect(buckets.size).toBeLessThanOrEqual(2);

  for (let call = 0; call < 60; call++) buckets.take('attacker', 14_000);
  for (let index = 0; index < 250_000; index++) {
    buckets.take(`flood-${index}`, 14_000);
    if (index % 1_000 === 0) buckets.take('attacker', 14_000);
  }
  expect(buckets.size).toBeLessThanOrEqual(100_001);
  // Who is active stays limited: only the quietest are forgotten.
  expect(buckets.take('attacker', 14_000)).toBeGreaterThan(0);
});

test('a bucket is never forgotten before it is full (A6)', () => {
  const buckets = new TokenBuckets({ ratePerSecond: 10, burst: 60 });
  for (const start of [0, 1, 2_999, 5_999, 6_000]) {
    const key = `key-${start}`;
    for (let call = 0; call < 60; call++) buckets.take(key, start);
    for (let now = start; now < start + 6_000; now += 500) buckets.take('other', now);
    let letIn = 0;
    while (buckets.take(key, start + 5_900) === 0) letIn++;
    expect(letIn).toBe(59);
  }
});

test('the rates are those of the rules: 10 and 60, 20 and 100, 5 a minute and 20 (A6)', () => {
  expect(rates).toEqual({
    write: { ratePerSecond: 10, burst: 60 },
    read: { ratePerSecond: 20, burst: 100 },
    'guest-login': { ratePerSecond: 5 / 60, burst: 20 },
  });
});

test('actions and callers have buckets of their own; a refusal is RATE_LIMITED and says how long to wait (A6)', () => {
  const clock = createFakeClock();
  const limiter = createRateLimiter(clock);
  for (let call = 0; call < 20; call++) limiter.check('guest-login', '10.0.0.1');
  expect(() => limiter.check('guest-login', '10.0.0.1')).toThrow(
    expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 12_000 }),
  );
  limiter.check('guest-login', '10.0.0.2');
  limiter.check('read', '10.0.0.1');
  clock.advance(12_000);
  limiter.check('guest-login', '10.0.0.1');
});

test('without limits nothing is ever refused (A6)', () => {
  for (let call = 0; call < 10_000; call++) noRateLimiter.check('write', 'ann');
});
