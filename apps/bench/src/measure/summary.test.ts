import { expect, test } from 'vitest';
import { quantile, ratios, summarize } from './summary.ts';

test('a summary is the least, the middle and the most, whatever the order', () => {
  expect(summarize([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
  expect(summarize([4, 1])).toEqual({ min: 1, median: 2.5, max: 4 });
  expect(summarize([10, 9, 100])).toEqual({ min: 9, median: 10, max: 100 });
});

test('no samples are no summary', () => {
  expect(() => summarize([])).toThrow('no samples');
});

test('a quantile lies between its neighbours', () => {
  const hundred = Array.from({ length: 101 }, (_, index) => 100 - index);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(quantile([7], 0.99)).toBe(7);
});

test('ratios compare what was measured next to each other', () => {
  expect(ratios([1, 4], [2, 2])).toEqual([0.5, 2]);
  expect(() => ratios([1], [1, 2])).toThrow('same number');
});
