import { expect, test } from 'vitest';
import { bars, figureIds, judge } from './bars.ts';

test('a value is judged on the side that is better', () => {
  const lower = { title: '', unit: '×', better: 'lower', bar: 0.9, aim: 0.6 } as const;
  expect([0.6, 0.61, 0.9, 0.91].map((value) => judge(lower, value))).toEqual([
    'aim reached',
    'bar reached',
    'bar reached',
    'missed',
  ]);
  const higher = { ...lower, better: 'higher', bar: 10, aim: 15 } as const;
  expect([15, 10, 9.9].map((value) => judge(higher, value))).toEqual(['aim reached', 'bar reached', 'missed']);
});

test('every figure has its place in the table, and its aim beyond its bar', () => {
  expect([...figureIds].sort()).toEqual(Object.keys(bars).sort());
  for (const id of figureIds) expect(judge(bars[id], bars[id].aim)).toBe('aim reached');
});
