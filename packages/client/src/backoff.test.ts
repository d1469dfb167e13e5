import { describe, expect, test } from 'vitest';
import { createBackoff, reconnectDelayMs } from './backoff.ts';

const almostOne = 1 - Number.EPSILON;

describe('the reconnect delay (T6)', () => {
  test('T6: starts under a second, grows to 30 s and stays there for ever', () => {
    const ceilings = [0, 1, 2, 3, 4, 5, 6, 1000, 5000].map((attempt) => reconnectDelayMs(attempt, almostOne));
    expect(ceilings).toEqual([999, 1999, 3999, 7999, 15_999, 29_999, 29_999, 29_999, 29_999]);
  });

  test('T6: has full jitter, down to nothing at every attempt', () => {
    for (const attempt of [0, 1, 5, 50]) {
      expect(reconnectDelayMs(attempt, 0)).toBe(0);
      expect(reconnectDelayMs(attempt, 0.5)).toBe(Math.floor(reconnectDelayMs(attempt, almostOne) / 2) + 1);
    }
  });

  test('T6: grows while failures follow each other and starts over after a quiet minute', () => {
    let at = 0;
    const backoff = createBackoff({ random: () => almostOne, now: () => at });
    expect([backoff.nextDelayMs(), backoff.nextDelayMs(), backoff.nextDelayMs()]).toEqual([999, 1999, 3999]);
    at += 60_000;
    expect(backoff.nextDelayMs()).toBe(7999);
    at += 60_001;
    expect(backoff.nextDelayMs()).toBe(999);
  });
});
