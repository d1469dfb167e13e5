import { expect, test } from 'vitest';
import { axisTicks } from './axis-ticks.ts';
import { toLocalHours } from './local-hours.ts';

const hourly = Array.from({ length: 24 }, (_, hour) => hour);

test('hours are turned into the reader’s day, which begins at midnight', () => {
  expect(toLocalHours(hourly, 0).map(({ messages }) => messages)).toEqual(hourly);
  expect(toLocalHours(hourly, 60)[0]).toEqual({ startsAtMinute: 0, messages: 23 });
  expect(toLocalHours(hourly, -300)[0]).toEqual({ startsAtMinute: 0, messages: 5 });
  expect(toLocalHours(hourly, 330)[0]).toEqual({ startsAtMinute: 30, messages: 19 });
  expect(toLocalHours(hourly, 840)).toHaveLength(24);
});

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [40, [0, 10, 20, 30, 40]],
  [47, [0, 20, 40, 60]],
  [812, [0, 250, 500, 750, 1000]],
])('the axis up to %i', (highest, ticks) => {
  expect(axisTicks(highest)).toEqual(ticks);
});

test('an axis reaches the highest value, in whole numbers and few steps', () => {
  for (let highest = 0; highest < 100_000; highest += 37) {
    const ticks = axisTicks(highest);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest);
    expect(ticks.every(Number.isInteger)).toBe(true);
    expect(ticks.length).toBeLessThanOrEqual(5);
  }
});
