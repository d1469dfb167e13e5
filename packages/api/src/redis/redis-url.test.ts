import { expect, test } from 'vitest';
import { parseRedisUrl } from './redis-url.ts';

test.each([
  ['redis://127.0.0.1:6379', { addresses: ['redis://127.0.0.1:6379'], database: 0, isCluster: false }],
  ['rediss://:pw@cache/3', { addresses: ['rediss://:pw@cache'], database: 3, isCluster: false }],
  ['redis://one:1?cluster=true', { addresses: ['redis://one:1'], database: 0, isCluster: true }],
  ['redis://one:1, redis://two:2', { addresses: ['redis://one:1', 'redis://two:2'], database: 0, isCluster: true }],
])('%s', (text, expected) => {
  expect(parseRedisUrl(text)).toEqual(expected);
});

test.each(['', 'localhost:6379', 'http://one', 'redis://one,postgres://two', 'redis://one/zero'])(
  'refuses %s, and does not repeat it',
  (text) => {
    expect(() => parseRedisUrl(text)).toThrow(/^(REDIS_URL has to be|What follows the slash)/);
  },
);
