import { expect, test } from 'vitest';
import { interleave } from './interleave.ts';

test('sides take turns', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => order.push(name);
  const samples = await interleave(2, { a: side('a'), b: side('b') });
  expect(order).toEqual(['a', 'b', 'a', 'b']);
  expect(samples).toEqual({ a: [1, 3], b: [2, 4] });
});
