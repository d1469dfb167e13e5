import { DomainError } from '@folkmoot/api';
import { expect, it, vi } from 'vitest';
import type { TokenVerifier } from './token-verifier.ts';
import { rememberVerified } from './verification-cache.ts';

function setUp(options: { maxTokens?: number } = {}) {
  let nowMs = 0;
  const verify = vi.fn<TokenVerifier>(async (token) => {
    if (token === 'bad') throw new DomainError('TOKEN_INVALID');
    return { identity: { id: token }, expiresAtMs: token === 'short' ? 1_000 : 1_000_000 };
  });
  const remembering = rememberVerified(verify, { now: () => nowMs, ...options });
  return { verify, remembering, advance: (byMs: number) => (nowMs += byMs) };
}

it('asks once for a good token, and again after a minute or its expiry', async () => {
  const { verify, remembering, advance } = setUp();
  for (const token of ['long', 'long', 'short', 'short']) await remembering(token);
  expect(verify).toHaveBeenCalledTimes(2);
  advance(1_000);
  for (const token of ['long', 'short']) await remembering(token);
  expect(verify).toHaveBeenCalledTimes(3);
  advance(59_000);
  await remembering('long');
  expect(verify).toHaveBeenCalledTimes(4);
});

it('remembers no bad token, and no more good ones than it may (A8)', async () => {
  const { verify, remembering } = setUp({ maxTokens: 2 });
  for (const token of ['bad', 'bad']) await expect(remembering(token)).rejects.toBeInstanceOf(DomainError);
  expect(verify).toHaveBeenCalledTimes(2);
  for (const token of ['one', 'two', 'three', 'one']) await remembering(token);
  expect(verify).toHaveBeenCalledTimes(6);
});
