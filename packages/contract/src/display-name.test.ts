import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanDisplayName } from './display-name.ts';
import { limits } from './limits.ts';

const unruly = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'e', ' ', '\t', '\n', '\u0000', '\u0085', '\u00a0', '\u0301', '\u061c', '\u200b', '\u200f'),
      fc.constantFrom('\u202e', '\u2066', '\u3164', '\ufeff', '\ud83d', '\ude00', '👩‍👩‍👧‍👦', '\u1100', '\u1161', '\ufb2c'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 80 },
  )
  .map((pieces) => pieces.join(''));

test('a clean name is NFC, well-formed, on one line, without bidirectional controls, at most 40 long (A9)', () => {
  fc.assert(
    fc.property(unruly, (raw) => {
      const name = cleanDisplayName(raw);
      if (name === undefined) return;
      expect(name).toBe(name.normalize('NFC'));
      expect(name.isWellFormed()).toBe(true);
      expect(name).toBe(name.trim());
      expect(name).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]| {2}/u);
      expect(Array.from(name).length).toBeLessThanOrEqual(limits.displayNameCodePoints);
    }),
    { numRuns: 2000 },
  );
});

test('cleaning a clean name changes nothing (A9)', () => {
  fc.assert(
    fc.property(unruly, (raw) => {
      const name = cleanDisplayName(raw);
      if (name !== undefined) expect(cleanDisplayName(name)).toBe(name);
    }),
    { numRuns: 2000 },
  );
});

test.for([
  ['  Ada \n\t Lovelace ', 'Ada Lovelace'],
  ['Ame\u0301lie', 'Amélie'],
  ['evil\u202egnp.exe', 'evilgnp.exe'],
  ['a \u202e b', 'a b'],
  ['e\u202e\u0301', 'é'],
  ['a\u0000b', 'ab'],
  ['a\ud83db', 'ab'],
  ['محمد', 'محمد'],
  ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
] as const)('%j becomes %j (A9)', ([raw, clean]) => {
  expect(cleanDisplayName(raw)).toBe(clean);
});

test.for(['', ' ', '\u200b', '\u3164', '\u2800', '\u202e', '\u0000', '\ud83d', '\ufeff'])(
  'a name that nobody could see is none (A9): %j',
  (raw) => {
    expect(cleanDisplayName(raw)).toBeUndefined();
  },
);

test('a long name is cut between code points, never inside one, and not left with a space at its end (A9)', () => {
  expect(cleanDisplayName('🙂'.repeat(50))).toBe('🙂'.repeat(40));
  expect(cleanDisplayName(`${'a'.repeat(39)} ${'b'.repeat(9)}`)).toBe('a'.repeat(39));
});

test('a name of a megabyte costs no more than one of a line (A8)', () => {
  // Each of these letters takes two when normalised.
  const megabyte = '\u0344'.repeat(1_000_000);
  const before = process.cpuUsage();
  for (let round = 0; round < 20; round++) cleanDisplayName(megabyte);
  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});
