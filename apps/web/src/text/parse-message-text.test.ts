import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMessageParser, parseMessageText } from './parse-message-text.ts';

test('code stands between back-ticks, and what is in it is neither a link nor more code', () => {
  expect(parseMessageText('run `pnpm start` and open https://a.example')).toEqual([
    { type: 'text', text: 'run ' },
    { type: 'code', text: 'pnpm start' },
    { type: 'text', text: ' and open ' },
    { type: 'link', text: 'https://a.example', href: 'https://a.example/' },
  ]);
  expect(parseMessageText('`https://a.example`')).toEqual([{ type: 'code', text: 'https://a.example' }]);
  expect(parseMessageText('`` a `b` c ``')).toEqual([{ type: 'code', text: 'a `b` c' }]);
});

test('a block stands between fences, whatever is in it', () => {
  expect(parseMessageText('look:\n```ts\nconst a = `b`;\n\n<b>\n```\nnice')).toEqual([
    { type: 'text', text: 'look:' },
    { type: 'code-block', text: 'const a = `b`;\n\n<b>' },
    { type: 'text', text: 'nice' },
  ]);
  expect(parseMessageText('```one```')).toEqual([{ type: 'code-block', text: 'one' }]);
});

test.each(['`', '``', '` `', '``````', 'a ` b', '`a\nb`', "it's 5` by 6", '```\n```'])('%j is no code', (text) => {
  expect(parseMessageText(text).every(({ type }) => type === 'text')).toBe(true);
});

test('S3: no text loses a character but back-ticks, the name of a language and white space around code', () => {
  const piece = fc.oneof(
    fc.constantFrom('`', '``', '```', '\n', ' ', 'https://a.example', 'x'),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      const shown = parseMessageText(text)
        .map((part) => part.text)
        .join('');
      let at = 0;
      for (const character of shown) {
        at = text.indexOf(character, at) + 1;
        expect(at).toBeGreaterThan(0);
      }
      if (!text.includes('`')) expect(shown).toBe(text);
    }),
    { numRuns: 300 },
  );
});

test('a long text of back-ticks is cut in no time', () => {
  const started = performance.now();
  for (const text of ['`'.repeat(5000), '` '.repeat(2500), '```\n'.repeat(1250), '``a'.repeat(1600)])
    parseMessageText(text);
  expect(performance.now() - started).toBeLessThan(1000);
});

test('a parser that remembers gives the same parts for the same text, and forgets what is old', () => {
  const parse = createMessageParser();
  const parts = parse('hello `a`');
  expect(parse('hello `a`')).toBe(parts);
  for (let n = 0; n < 1000; n++) parse(`text ${n}`);
  expect(parse('hello `a`')).not.toBe(parts);
  expect(parse('hello `a`')).toEqual(parts);
});
