import { expect, test } from 'vitest';
import { formatClock, formatDay, formatRelativeTime } from './format-time.ts';

const at = new Date('2026-11-23T12:00:00');
const ago = (ms: number): string => formatRelativeTime(at, at.getTime() + ms);

test('a time is told by its distance for a day, then by the clock', () => {
  expect(ago(0)).toBe('now');
  expect(ago(59_999)).toBe('now');
  expect(ago(60_000)).toMatch(/^1 min\.? ago$/);
  expect(ago(59 * 60_000 + 59_999)).toMatch(/^59 min\.? ago$/);
  expect(ago(3_600_000)).toMatch(/^1 hr\.? ago$/);
  expect(ago(23 * 3_600_000)).toMatch(/^23 hr\.? ago$/);
  expect(ago(24 * 3_600_000)).toBe(formatClock(at));
});

test('a message from the future, by a clock that is wrong, came now', () => {
  expect(ago(-90_000)).toBe('now');
});

test('a day is today, yesterday, a day of the week, or a date with its year', () => {
  const now = new Date('2026-11-24T00:10:00');
  expect(formatDay(new Date('2026-11-24T00:00:00'), now)).toBe('Today');
  expect(formatDay(new Date('2026-11-23T23:59:00'), now)).toBe('Yesterday');
  expect(formatDay(new Date('2026-11-22T12:00:00'), now)).toMatch(/Sunday/);
  expect(formatDay(new Date('2025-11-24T12:00:00'), now)).toMatch(/2025/);
  expect(formatDay(new Date('2026-10-31T12:00:00'), new Date('2026-11-01T12:00:00'))).toBe('Yesterday');
});
