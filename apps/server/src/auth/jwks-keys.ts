import { DomainError } from '@folkmoot/api';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/**
 * The keys of an identity provider, fetched when first needed and again for a key id that is not among them. When they
 * cannot be had, that is the server's trouble and passes: it fails as TOO_BUSY, never as TOKEN_INVALID, or a client
 * would throw a good token away.
 */
export function createJwksKeys(url: string): JWTVerifyGetKey {
  const find = createRemoteJWKSet(new URL(url), { timeoutDuration: 5_000, cooldownDuration: 30_000 });

  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new DomainError('TOO_BUSY', {
        message: 'Tokens cannot be checked right now: the keys of the identity provider are out of reach.',
        retryAfterMs: 2_000,
        cause: error,
      });
    }
  };
}
