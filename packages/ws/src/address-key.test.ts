import { expect, it } from 'vitest';
import { addressKey } from './address-key.ts';
import { createSocketQuota } from './socket-quota.ts';

it('counts IPv4 by address and IPv6 by /64 (A6)', () => {
  expect(addressKey('203.0.113.7')).toBe('203.0.113.7');
  expect(addressKey('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(addressKey('2001:db8:1:2::1')).toBe(addressKey('2001:DB8:1:2:ffff:0:0:9'));
  expect(addressKey('2001:0db8:0001:0002::')).toBe('2001:db8:1:2::/64');
  expect(addressKey('2001:db8:1:3::1')).not.toBe(addressKey('2001:db8:1:2::1'));
  expect(addressKey('::1')).toBe('0:0:0:0::/64');
  expect(addressKey('64:ff9b::203.0.113.7')).toBe('64:ff9b:0:0::/64');
  expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  expect(addressKey('unknown')).toBe('unknown');
});

it('gives a place back once, however often it is asked to (A6)', () => {
  const quota = createSocketQuota(1);
  const giveBack = quota.take('2001:db8::1');
  expect(quota.take('2001:db8::2')).toBeUndefined();
  giveBack?.();
  giveBack?.();
  expect(quota.take('2001:db8::2')).toBeDefined();
  expect(quota.take('2001:db8::3')).toBeUndefined();
});
