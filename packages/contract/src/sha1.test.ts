import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha1 } from './sha1.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const reference = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

test('the examples of FIPS 180 give their digests', () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  expect(hex(sha1(encode('abc')))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  expect(hex(sha1(encode('')))).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
  expect(hex(sha1(encode('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')))).toBe(
    '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
  );
});

test('every length around the block boundaries is padded as Node pads it', () => {
  for (let length = 0; length <= 260; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff);
    expect(hex(sha1(bytes)), `${length} bytes`).toBe(reference(bytes));
  }
});

test('any bytes hash as in Node, and stay as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      const before = Uint8Array.from(bytes);
      expect(hex(sha1(bytes))).toBe(reference(bytes));
      expect(bytes).toEqual(before);
    }),
  );
});
