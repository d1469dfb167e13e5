import { DomainError, type Identity } from '@folkmoot/api';
import type { TokenVerifier, VerifiedToken } from './token-verifier.ts';

/** What a socket or a request brought to say who it is. */
export type Credential = {
  /** Null when nothing was brought. Throws for what is bad (A2) and, at every call anew, for what has expired (A3). */
  authenticate: () => Promise<Identity | null>;
  /** Calls back once with the moment of expiry, when the credential is first found to be good. */
  onVerified: (callback: (expiresAtMs: number) => void) => void;
};

/** @param token undefined for none; '' for one that cannot be read, which is bad */
export function createCredential(token: string | undefined, verify: TokenVerifier, now: () => number): Credential {
  if (token === undefined) return { authenticate: async () => null, onVerified: () => {} };
  const waiting: ((expiresAtMs: number) => void)[] = [];
  let verification: Promise<VerifiedToken> | undefined;
  let verified: VerifiedToken | undefined;

  async function verifyOnce(presented: string): Promise<VerifiedToken> {
    verification ??= verify(presented);
    try {
      verified = await verification;
    } catch (error) {
      // Keys that were out of reach may be there for the next call of the same socket.
      if (error instanceof DomainError && error.retryable !== 'no') verification = undefined;
      throw error;
    }
    for (const callback of waiting.splice(0)) callback(verified.expiresAtMs);
    return verified;
  }

  return {
    async authenticate() {
      const { identity, expiresAtMs } = await verifyOnce(token);
      if (now() >= expiresAtMs) throw new DomainError('TOKEN_EXPIRED');
      return identity;
    },
    onVerified(callback) {
      if (verified) callback(verified.expiresAtMs);
      else waiting.push(callback);
    },
  };
}
