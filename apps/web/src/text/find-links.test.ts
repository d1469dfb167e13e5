import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLinks } from './find-links.ts';

const hrefs = (text: string) => findLinks(text).flatMap((segment) => (segment.type === 'link' ? [segment.href] : []));
const links = (text: string) => findLinks(text).flatMap((segment) => (segment.type === 'link' ? [segment.text] : []));

describe('links (S3)', () => {
  test('http, https and mailto addresses become links, the text around them stays', () => {
    expect(findLinks('see https://a.example/x?y=1#z and mailto:ada@a.example')).toEqual([
      { type: 'text', text: 'see ' },
      { type: 'link', text: 'https://a.example/x?y=1#z', href: 'https://a.example/x?y=1#z' },
      { type: 'text', text: ' and ' },
      { type: 'link', text: 'mailto:ada@a.example', href: 'mailto:ada@a.example' },
    ]);
    expect(hrefs('HTTP://A.example')).toEqual(['http://a.example/']);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'view-source:https://',
    'http://',
    'https:// a.example',
    'https://[::1',
    'https://%zz/',
    'mailto:',
    'mailto:nobody',
    'www.a.example',
    'xhttps://a.example',
    '//a.example',
    '<img src=x onerror=alert(1)>',
    '',
  ])('%j stays text', (text) => {
    expect(hrefs(text)).toEqual([]);
    expect(findLinks(text)).toEqual(text === '' ? [] : [{ type: 'text', text }]);
  });

  test('a scheme inside an address does not become the scheme of the link', () => {
    expect(hrefs('https://a.example/?next=javascript:alert(1)')).toEqual([
      'https://a.example/?next=javascript:alert(1)',
    ]);
    expect(hrefs('javascript:https://a.example/')).toEqual(['https://a.example/']);
  });

  test('an address that shows one host and leads to another is no link', () => {
    expect(hrefs('https://bank.example@evil.example/ https://user:pass@evil.example')).toEqual([]);
  });

  test('an address ends before quotes, brackets and invisible characters', () => {
    expect(links('"https://a.example" <https://b.example>')).toEqual(['https://a.example', 'https://b.example']);
    expect(links('https://a.example\u202egnp.exe')).toEqual(['https://a.example']);
    expect(links('https://a.example\u200b.evil.example')).toEqual(['https://a.example']);
  });

  test('punctuation of the sentence does not belong to the address', () => {
    expect(links('(see https://a.example/b). Or https://a.example/c_(d), https://a.example/e?!')).toEqual([
      'https://a.example/b',
      'https://a.example/c_(d)',
      'https://a.example/e',
    ]);
  });

  test('a long text of brackets is cut in no time', () => {
    const text = `https://a.example/${')'.repeat(100_000)}`;
    expect(links(text)).toEqual(['https://a.example/']);
  });

  test('S3: nothing of any text is lost, and no link has another scheme', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'https://',
        'http://a.example',
        'javascript:',
        'mailto:a@b',
        '@',
        ')',
        '(',
        '.',
        ' ',
        '\n',
        '\u202e',
        '"',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const segments = findLinks(text);
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
        for (const segment of segments) {
          if (segment.type === 'link') expect(new URL(segment.href).protocol).toMatch(/^(https?|mailto):$/);
        }
      }),
      { numRuns: 200 },
    );
  });
});
