import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from './limits.ts';
import { normalizeMessageText } from './message-text.ts';

const accept = (text: string) => ({ ok: true, text });
const refuse = (code: string) => ({ ok: false, code });

/** Texts made of what goes wrong: invisible, combining and control characters, halves of pairs, line ends. */
const unruly = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'e', ' ', '\t', '\n', '\r', '\r\n', '\u0000', '\u0085', '\u00a0', '\u00ad', '\u0301'),
      fc.constantFrom(
        '\u200b',
        '\u200d',
        '\u202e',
        '\u2028',
        '\u2060',
        '\u2800',
        '\u3000',
        '\u3164',
        '\ufeff',
        '\ufe0f',
      ),
      fc.constantFrom('\ud83d', '\ude00', '👩‍👩‍👧‍👦', '\u1100', '\u1161', '\u11a8', '\ufb2c', '\u{1d15e}', '\u{2f800}'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''));

test('what is stored is stored again as it is (S3: idempotent)', () => {
  fc.assert(
    fc.property(unruly, (raw) => {
      const first = normalizeMessageText(raw);
      if (first.ok) expect(normalizeMessageText(first.text)).toEqual(first);
    }),
    { numRuns: 2000 },
  );
});

test('what is stored is NFC, well-formed, trimmed, with newlines only, in bounds (S3)', () => {
  fc.assert(
    fc.property(unruly, (raw) => {
      const result = normalizeMessageText(raw);
      if (!result.ok) return;
      const { text } = result;
      expect(text).toBe(text.normalize('NFC'));
      expect(text.isWellFormed()).toBe(true);
      expect(text).toBe(text.trim());
      expect(text).not.toMatch(/[\0\r]/);
      expect(Array.from(text).length).toBeGreaterThanOrEqual(1);
      expect(Array.from(text).length).toBeLessThanOrEqual(limits.messageCodePoints);
    }),
    { numRuns: 2000 },
  );
});

test('text that is in order stays as it was typed, markup and all: it is never escaped (S3)', () => {
  for (const text of [
    'Hello',
    '<script>alert(1)</script> & "q"',
    'a\n\tb',
    '🙂',
    'שלום \u202bעולם\u202c',
    'a\u200bb',
  ]) {
    expect(normalizeMessageText(text)).toEqual(accept(text));
  }
});

test('line ends become \\n, outer white space goes, decomposed letters are composed (S3)', () => {
  expect(normalizeMessageText('\r\n a\r\nb\rc \u00a0\u3000\n')).toEqual(accept('a\nb\nc'));
  expect(normalizeMessageText('Ame\u0301lie')).toEqual(accept('Amélie'));
  expect(normalizeMessageText('\ufeffhi')).toEqual(accept('hi'));
});

test.for([
  '',
  ' ',
  '\n\t ',
  '\u00a0',
  '\u00ad',
  '\u034f',
  '\u115f',
  '\u1160',
  '\u17b4',
  '\u180e',
  '\u200b',
  '\u200b\u200d\u2060',
  '\u2028',
  '\u2800',
  '\u2800 \u2800',
  '\u3000',
  '\u3164',
  '\uffa0',
  '\ufe0f',
  '\ufeff',
  '\u202e\u202c',
  '\u{1d159}',
  '\u{e0020}',
  '\u{e0100}',
])('a text without a visible character is empty (S3): %j', (text) => {
  expect(normalizeMessageText(text)).toEqual(refuse('MESSAGE_EMPTY'));
});

test.for(['a\u0000b', '\u0000', 'a\u0007', 'a\u001b[31m', 'a\u007f', 'a\u0085', '\ud83d', 'a\ude00', '\ude00\ud83d'])(
  'control characters and halves of pairs are refused, not dropped (S3): %j',
  (text) => {
    expect(normalizeMessageText(text)).toEqual(refuse('MESSAGE_HAS_FORBIDDEN_CHARACTERS'));
  },
);

test('the limit counts code points after NFC and trimming, not UTF-16 units or bytes (S3)', () => {
  const emoji = '🙂'.repeat(limits.messageCodePoints);
  expect(normalizeMessageText(emoji)).toEqual(accept(emoji));
  expect(normalizeMessageText(`${emoji}🙂`)).toEqual(refuse('MESSAGE_TOO_LONG'));
  expect(normalizeMessageText(`  ${'a'.repeat(limits.messageCodePoints)}\n\n`).ok).toBe(true);
  expect(normalizeMessageText('e\u0301'.repeat(limits.messageCodePoints)).ok).toBe(true);
  // This one letter is three code points in NFC.
  expect(normalizeMessageText('\ufb2c'.repeat(limits.messageCodePoints / 2))).toEqual(refuse('MESSAGE_TOO_LONG'));
});

test('emoji made of several code points stay whole', () => {
  for (const emoji of ['👩‍👩‍👧‍👦', '🏳️‍🌈', '❤️', '🇪🇺', '👍🏽', '1️⃣']) expect(normalizeMessageText(emoji)).toEqual(accept(emoji));
});
