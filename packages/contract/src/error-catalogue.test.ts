import { expect, test } from 'vitest';
import { errorCatalogue, isChatErrorCode } from './error-catalogue.ts';

const entries = Object.entries(errorCatalogue);

test('codes are words in capitals (S7)', () => {
  for (const [code] of entries) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
});

test.for(entries)('%s has a message that is a sentence for people (S7)', ([, { message }]) => {
  expect(message).toMatch(/^[A-Z].*\.$/);
  expect(message).not.toMatch(/undefined|null|SQL|stack/);
});

test('what nothing happened in may be repeated, what is the caller’s fault may not (S7)', () => {
  for (const [code, { trpc, retryable }] of entries) {
    const callersFault = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'PAYLOAD_TOO_LARGE'];
    expect(retryable === 'no', code).toBe(callersFault.includes(trpc));
  }
});

test('the catalogue goes through JSON unchanged', () => {
  expect(JSON.parse(JSON.stringify(errorCatalogue))).toEqual(errorCatalogue);
});

test('a code is known by its own name only, not by what objects inherit', () => {
  expect(isChatErrorCode('BANNED')).toBe(true);
  for (const other of ['', 'banned', 'constructor', '__proto__', 'toString', 7, null, undefined, ['BANNED']]) {
    expect(isChatErrorCode(other), String(other)).toBe(false);
  }
});
