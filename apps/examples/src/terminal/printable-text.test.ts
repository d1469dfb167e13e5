import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toPrintableLine, toPrintableLines } from './printable-text.ts';

test.each([
  ['a colour', '\u001B[31mred\u001B[0m', '[31mred[0m'],
  ['a title', '\u001B]0;owned\u0007hello', ']0;ownedhello'],
  ['the clipboard', '\u001B]52;c;cm0gLXJm\u001B\\ok', ']52;c;cm0gLXJm\\ok'],
  ['an 8-bit CSI', 'a\u009B2Jb', 'a2Jb'],
  ['backspaces over a name', 'Ann\b\b\bEve', 'AnnEve'],
  ['a carriage return to the start of the line', 'harmless\rroot: all is well', 'harmlessroot: all is well'],
  ['a right-to-left override', 'file\u202Egnp.exe', 'filegnp.exe'],
  ['isolates and marks', '\u2066a\u2069\u200Fb\u061C', 'ab'],
  ['tabs', 'a\tb', 'a  b'],
  ['line ends of every kind', 'a\nb\r\nc\u2028d', 'a b c d'],
])('%s does nothing to the terminal', (_name, text, expected) => {
  expect(toPrintableLine(text)).toBe(expected);
});

test('writing of all directions, emoji and what joins them are left alone', () => {
  for (const text of ['שלום עולם', 'مرحبا', '日本語', '👩‍👩‍👧 🇪🇺 👋🏽', 'e\u0301', '«ça va ?»']) {
    expect(toPrintableLine(text)).toBe(text);
  }
});

test('whatever is put in, nothing that a terminal acts on comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const line of toPrintableLines(text)) expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    }),
    { numRuns: 2_000 },
  );
});
