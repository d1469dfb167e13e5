import { limits } from '@folkmoot/contract';
import fc from 'fast-check';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { chatTransformer } from './chat-transformer.ts';
import { refusalOf } from './input-guard.ts';

/** As an input comes from the wire. */
function receive(wire: unknown): unknown {
  return chatTransformer.input.deserialize(JSON.parse(JSON.stringify(wire)));
}
const codeOf = (received: unknown) => refusalOf(received)?.code;
/** The least of several tries: the machine has other things to do as well. */
function timeOf(work: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...times);
}
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
const framedBytes = (value: unknown) => JSON.stringify({ json: value }).length;

test.for([
  ['no input', undefined],
  ['null', null],
  ['a text', 'text'],
  ['a Date', new Date(0)],
  ['an object', { room: 'main-chat', limit: 50 }],
  ['absent and null values', { cursor: null, direction: 'forward', around: undefined }],
  ['a Date within', { at: new Date(1), list: [undefined, null, new Date(2)] }],
  [
    'other values of superjson',
    { set: new Set([1, 2]), map: new Map([['a', new Date(3)]]), big: 2n ** 70n, url: new URL('http://a/') },
  ],
  ['numbers that JSON has not', { nan: Number.NaN, infinite: -Infinity, zero: -0 }],
  ['keys with dots', { 'a.b': new Date(4), 'c\\.d': { 'e.f': undefined } }],
  ['5,000 emoji', { message: '🙂'.repeat(5000) }],
] as const)('what a stock client makes of %s arrives as it was (T1, A5)', ([, value]) => {
  expect(receive(superjson.serialize(value))).toEqual(value);
  expect(receive(chatTransformer.input.serialize(value))).toEqual(value);
});

test('no wire value at all is no input: a call without one sends none (T1)', () => {
  expect(chatTransformer.input.deserialize(undefined)).toBeUndefined();
});

test('whatever a stock client sends within the limits arrives, unless it repeats references (T1)', () => {
  const values = fc.object({
    maxDepth: 4,
    withDate: true,
    withMap: true,
    withSet: true,
    withBigInt: true,
    withNullPrototype: false,
    key: fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key)),
  });
  fc.assert(
    fc.property(values, (value) => {
      const wire = superjson.serialize(value);
      fc.pre(wire.meta?.referentialEqualities === undefined);
      const plain = superjson.deserialize(structuredClone(JSON.parse(JSON.stringify(wire))));
      expect(receive(wire)).toEqual(plain);
    }),
    { numRuns: 300 },
  );
});

test('repeated references are refused however small the input, for what they cost grows with its square (A5, A8)', () => {
  const shared = { since: 1 };
  const wire = superjson.serialize({ a: shared, b: shared });
  expect(wire.meta).toHaveProperty('referentialEqualities');
  expect(codeOf(receive(wire))).toBe('INPUT_TOO_LARGE');
});

test('a bomb of a megabyte of references is refused in a moment, where superjson takes seconds (A5, A8)', () => {
  const count = 60_000;
  const paths = Array.from({ length: count }, (_, index) => `a.${index}`);
  const bomb = { json: { a: Array.from({ length: count }, () => 0) }, meta: { referentialEqualities: { a: paths } } };
  const wire: unknown = JSON.parse(JSON.stringify(bomb));
  expect(timeOf(() => chatTransformer.input.deserialize(wire))).toBeLessThan(50);
  expect(codeOf(chatTransformer.input.deserialize(wire))).toBe('INPUT_TOO_LARGE');
});

test.for([
  ['a long text', { json: 'x'.repeat(1024 * 1024) }],
  ['many small values', { json: Array.from({ length: 300_000 }, () => 0) }],
  ['many keys', { json: Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1])) }],
  ['many annotations', superjson.serialize(Array.from({ length: 60_000 }, () => undefined))],
  ['deep nesting', `{"json":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
] as const)('a megabyte of %s is refused at no more than twice the cost of reading its JSON (A5, A8)', ([, input]) => {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const wire: unknown = JSON.parse(text);
  const bar = Math.max(50, 2 * timeOf(() => JSON.parse(text)));
  expect(timeOf(() => chatTransformer.input.deserialize(wire))).toBeLessThan(bar);
  expect(codeOf(chatTransformer.input.deserialize(wire))).toBe('INPUT_TOO_LARGE');
});

test('64 KiB on the wire is let in, one byte more is not, whatever the bytes are made of (A5)', () => {
  const fill = (unit: string) => {
    const room = limits.inputBytes - framedBytes({ message: '' });
    const bytes = Buffer.byteLength(unit);
    return unit.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes);
  };
  for (const unit of ['a', 'é', '漢', '🙂']) {
    const message = fill(unit);
    expect(codeOf(receive({ json: { message } })), unit).toBeUndefined();
    expect(codeOf(receive({ json: { message: `${message}x` } }))).toBe('INPUT_TOO_LARGE');
  }
  const numbers = Array.from({ length: Math.floor((limits.inputBytes - 100) / 8) }, () => 1234567);
  expect(codeOf(receive({ json: numbers }))).toBeUndefined();
  expect(codeOf(receive({ json: [...numbers, ...numbers.slice(0, 20)] }))).toBe('INPUT_TOO_LARGE');
});

test('32 levels are let in, 33 are not (A5, A8)', () => {
  expect(receive({ json: nested(32) })).toEqual(nested(32));
  expect(codeOf(receive({ json: nested(33) }))).toBe('INPUT_TOO_LARGE');
  expect(receive(superjson.serialize(nested(32)))).toEqual(nested(32));
});

test('an input that is no superjson says so, instead of calling itself too large (S7)', () => {
  const strangers = [null, 'text', 7, true, [], {}, { room: 'main-chat' }, { json: 1, meta: 'x' }, { meta: {} }];
  for (const wire of strangers) {
    const refusal = refusalOf(receive(wire));
    expect(refusal?.code, JSON.stringify(wire)).toBe('INVALID_INPUT');
    expect(refusal?.message).toContain('transformer superjson');
  }
});

test('annotations that do not fit their values never throw, for an exception would lose the whole frame (A5, A8)', () => {
  const annotations = [
    { a: ['Date'] },
    { b: ['Date'] },
    { 'a.b.c': ['map'] },
    { a: ['no-such-type'] },
    { a: [['class', 'Array']] },
    { a: [['symbol', 'x']] },
    { a: [['typed-array', 'Uint8Array']] },
    { a: ['regexp'] },
    { a: ['bigint'] },
    { a: ['URL'] },
    { a: ['set'] },
    [['map'], { 0: ['Date'] }],
    ['undefined', { a: ['Date'] }],
    7,
    'x',
    { '\\': ['Date'] },
    { '': ['Date'] },
  ];
  for (const values of annotations) {
    const received = (json: unknown) => receive({ json, meta: { values } });
    expect(() => received({ a: 'x' }), JSON.stringify(values)).not.toThrow();
    expect(() => received(null), JSON.stringify(values)).not.toThrow();
    expect(() => received([[1]]), JSON.stringify(values)).not.toThrow();
  }
});

test('keys that reach for prototypes change none and are no property of what arrives (A8)', () => {
  const attempts = [
    '{"json":{"__proto__":{"isAdmin":true},"message":"x"}}',
    '{"json":{"constructor":{"prototype":{"isAdmin":true}},"message":"x"}}',
    '{"json":{"message":"x"},"meta":{"values":{"__proto__.isAdmin":["Date"]}}}',
    '{"json":{"message":"x"},"meta":{"values":{"constructor.prototype.isAdmin":["undefined"]}}}',
    '{"json":{"message":"x"},"meta":{"values":{"__proto__":[["Date"],{"isAdmin":["Date"]}]}}}',
    '{"__proto__":{"json":{"message":"x"}},"meta":{}}',
    '{"json":{"message":"x"},"meta":{"__proto__":{"referentialEqualities":{"message":["a"]}}}}',
  ];
  for (const wire of attempts) {
    const received = chatTransformer.input.deserialize(JSON.parse(wire)) as Record<string, unknown>;
    expect(received['isAdmin'], wire).toBeUndefined();
    expect(Object.prototype, wire).not.toHaveProperty('isAdmin');
    expect({}, wire).not.toHaveProperty('isAdmin');
  }
});

test('where an input was refused there is an object without keys, for a host’s own procedures too (A8)', () => {
  for (const wire of [{ json: nested(40) }, 'no superjson']) {
    const received = receive(wire);
    expect(Object.keys(received as object)).toEqual([]);
    expect(JSON.stringify(received)).toBe('{}');
    // tRPC spreads an input to add the id that a stream resumes from.
    expect(refusalOf({ ...(received as object), lastEventId: 'x' })).toBeDefined();
  }
  expect(refusalOf({})).toBeUndefined();
  expect(refusalOf(null)).toBeUndefined();
  expect(refusalOf('x')).toBeUndefined();
});
