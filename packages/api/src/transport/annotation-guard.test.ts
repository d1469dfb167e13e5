import superjson from 'superjson';
import { expect, test } from 'vitest';
import { hasHarmlessAnnotations } from './annotation-guard.ts';
import { chatTransformer } from './chat-transformer.ts';
import { refusalOf } from './input-guard.ts';

test('what superjson writes of dates, sets, maps and missing values is let through (T1)', () => {
  const values = { at: new Date(0), none: undefined, tags: new Set(['a', 'b']), sizes: new Map([['a', 1n]]), not: NaN };
  for (const value of [
    values,
    new Date(0),
    undefined,
    { deep: [{ of: new Set([new Date(0)]) }] },
    [undefined],
    { 'a.b\\': { '': new Date(1) } },
  ]) {
    const { json, meta } = superjson.serialize(value);
    expect(hasHarmlessAnnotations(json, meta?.values)).toBe(true);
    expect(chatTransformer.input.deserialize({ json, meta })).toEqual(value);
  }
});

test.each([
  ['a typed array as large as a number says', { 0: [['typed-array', 'Float64Array']] }],
  ['a class', { a: [['class', 'x']] }],
  ['a custom type', { a: [['custom', 'x']] }],
  ['one index in another spelling', { list: { '00': ['set'] } }],
  ['an index as an exponent', { 'list.0e0': ['set'] }],
  ['one path by two ways', { 'a.b': ['set'], a: { b: ['set'] } }],
  ['an empty key, which superjson takes for index 0', { 'list.': ['set'] }],
  ['a place that is not there', { nowhere: ['Date'] }],
  ['what an array inherits', { 'list.length': ['Date'] }],
  ['more than a hundred', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`k${index}`, ['Date']]))],
  ['no tree', 7],
])('%s is refused (A8)', (_what, values) => {
  const item = { b: [1] };
  const json = {
    0: [1],
    a: item,
    list: [[1]],
    ...Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`k${at}`, 0])),
  };
  expect(hasHarmlessAnnotations(json, values)).toBe(false);
  const input = chatTransformer.input.deserialize({ json, meta: { values } });
  expect(refusalOf(input)).toMatchObject({ code: 'INPUT_TOO_LARGE' });
});

test('a set copied for 1,600 spellings of its place is refused at once (A8)', () => {
  const values = Object.fromEntries(Array.from({ length: 1600 }, (_, index) => ['0'.repeat(index + 1), ['set']]));
  const bomb = { json: [Array.from({ length: 7000 }, (_, index) => index)], meta: { values } };
  const before = process.cpuUsage();
  expect(refusalOf(chatTransformer.input.deserialize(bomb))).toBeDefined();
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});
