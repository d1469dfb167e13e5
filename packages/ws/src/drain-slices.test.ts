import { expect, it } from 'vitest';
import { drainSlices } from './drain-slices.ts';

const members = Array.from({ length: 1000 }, (_, index) => index);

it('tells everyone once, spread over the span in parts of nearly equal size (T5)', () => {
  const slices = drainSlices(members, { spreadMs: 2000, sliceMs: 100, random: Math.random });
  expect(slices).toHaveLength(20);
  expect(slices.flatMap((slice) => slice.members).toSorted((a, b) => a - b)).toEqual(members);
  for (const [index, slice] of slices.entries()) {
    expect(slice.members).toHaveLength(50);
    expect(slice.atMs).toBeGreaterThanOrEqual(index * 100);
    expect(slice.atMs).toBeLessThan((index + 1) * 100);
  }
});

it('takes no order from the order of arrival', () => {
  const [first] = drainSlices(members, { spreadMs: 200, sliceMs: 100, random: Math.random });
  expect(first?.members).not.toEqual(members.slice(0, 500));
});

it('is one slice where there is no time, and none where there is nobody', () => {
  expect(drainSlices(members, { spreadMs: 0, sliceMs: 100, random: () => 0 })).toHaveLength(1);
  expect(drainSlices([], { spreadMs: 2000, sliceMs: 100, random: () => 0 })).toEqual([]);
});
