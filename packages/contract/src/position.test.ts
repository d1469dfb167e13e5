import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from './limits.ts';
import { comparePositions, parsePosition, printPosition } from './position.ts';

const epoch = fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: 12, maxLength: 12 });
const position = fc.record({ epoch, seq: fc.maxSafeNat() }, { noNullPrototype: true });

test('every position is read back as it was printed, and is short enough to be looked at (R2, R6)', () => {
  fc.assert(
    fc.property(position, (printed) => {
      expect(parsePosition(printPosition(printed))).toEqual(printed);
      expect(printPosition(printed).length).toBeLessThanOrEqual(limits.positionLength);
    }),
  );
});

test('what is read is printed the same: a position has one spelling, for ids are compared as text (R2)', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(epoch, fc.string({ maxLength: 18 })).map((parts) => parts.join('.')),
      ),
      (text) => {
        const parsed = parsePosition(text);
        if (parsed) expect(printPosition(parsed)).toBe(text);
      },
    ),
  );
});

test.for([
  '',
  '.',
  '7',
  '0123456789ab',
  '0123456789ab.',
  '.7',
  '0123456789ab.-1',
  '0123456789ab.01',
  '0123456789ab.1.5',
  '0123456789ab.1e3',
  '0123456789ab.7 ',
  ' 0123456789ab.7',
  '0123456789ab.7\n',
  '0123456789AB.7',
  '0123456789a.7',
  '0123456789abc.7',
  '0123456789ab.9007199254740992',
  '0123456789ab.99999999999999999999',
  '0123456789ab.٣',
  'zzzzzzzzzzzz.1',
])('what no version printed is no position, and no error either (R6): %j', (text) => {
  expect(parsePosition(text)).toBeUndefined();
});

test('positions of one epoch are ordered by seq, as numbers (R2)', () => {
  const at = (seq: number) => ({ epoch: '0123456789ab', seq });
  expect(comparePositions(at(9), at(10))).toBeLessThan(0);
  expect(comparePositions(at(10), at(9))).toBeGreaterThan(0);
  expect(comparePositions(at(0), at(0))).toBe(0);
  expect(comparePositions(at(0), at(Number.MAX_SAFE_INTEGER))).toBeLessThan(0);
});

test('positions of two epochs do not compare (R2)', () => {
  expect(comparePositions({ epoch: '0123456789ab', seq: 1 }, { epoch: 'ba9876543210', seq: 1 })).toBeUndefined();
});
