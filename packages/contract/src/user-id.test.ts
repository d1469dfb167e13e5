import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toUserId, userIdNamespace } from './user-id.ts';
import { userIdSchema } from './user.ts';

/** UUIDv5 by another road: Node's hash and numbers of 128 bits. */
function referenceUuidV5(namespace: string, name: string): string {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest('hex');
  const bits = BigInt(`0x${digest.slice(0, 32)}`);
  const version = (bits & ~(0xfn << 76n)) | (0x5n << 76n);
  const variant = (version & ~(0x3n << 62n)) | (0x2n << 62n);
  const printed = variant.toString(16).padStart(32, '0');
  return [
    printed.slice(0, 8),
    printed.slice(8, 12),
    printed.slice(12, 16),
    printed.slice(16, 20),
    printed.slice(20),
  ].join('-');
}

test('the reference gives the example of RFC 9562, appendix A.4', () => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  expect(referenceUuidV5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('a UUID is taken in lower case, whoever issued it', () => {
  const sub = 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6';
  expect(toUserId('https://issuer.example', sub)).toBe(sub.toLowerCase());
  expect(toUserId('', sub)).toBe(sub.toLowerCase());
});

test('any other sub becomes the UUIDv5 of issuer, newline and sub', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 80 });
  fc.assert(
    fc.property(anyText, anyText, (issuer, sub) => {
      expect(toUserId(issuer, sub)).toBe(referenceUuidV5(userIdNamespace, `${issuer}\n${sub}`));
    }),
  );
});

test('ids that rows hold never change', () => {
  expect(userIdNamespace).toBe('b29c1d0e-5f0a-4d55-9a39-6c1e7f7d2f10');
  expect(toUserId('host', '42')).toBe(referenceUuidV5('b29c1d0e-5f0a-4d55-9a39-6c1e7f7d2f10', 'host\n42'));
});

test('the same sub of two issuers is two people', () => {
  expect(toUserId('https://a.example', '42')).not.toBe(toUserId('https://b.example', '42'));
});

test('every id that is made, also of a UUID of no known version, is taken back as an input (A7)', () => {
  const subs = ['42', '', 'ä\u0000', '11111111-2222-0333-0444-555555555555', '00000000-0000-0000-0000-000000000000'];
  for (const sub of subs) expect(userIdSchema.parse(toUserId('host', sub)), sub).toBe(toUserId('host', sub));
});

test.for([
  '{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}',
  'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  'f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n',
])('what only resembles a UUID is hashed: %j', (sub) => {
  expect(toUserId('', sub)).toBe(referenceUuidV5(userIdNamespace, `\n${sub}`));
});
