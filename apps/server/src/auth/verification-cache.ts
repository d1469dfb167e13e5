import type { TokenVerifier, VerifiedToken } from './token-verifier.ts';

export type VerificationCacheOptions = { now: () => number; maxTokens?: number; maxAgeMs?: number };

/**
 * Remembers tokens that were found good, so that a client's every request does not cost a signature. Not for longer
 * than a minute, so that a key that was withdrawn is; and never what was found bad.
 */
export function rememberVerified(
  verify: TokenVerifier,
  { now, maxTokens = 2_000, maxAgeMs = 60_000 }: VerificationCacheOptions,
): TokenVerifier {
  const known = new Map<string, { verified: VerifiedToken; untilMs: number }>();

  return async (token) => {
    const remembered = known.get(token);
    if (remembered && now() < remembered.untilMs) return remembered.verified;
    known.delete(token);
    const verified = await verify(token);
    known.set(token, { verified, untilMs: Math.min(verified.expiresAtMs, now() + maxAgeMs) });
    // A Map keeps the order of insertion: the first is the oldest.
    const [oldest] = known.keys();
    if (known.size > maxTokens && oldest !== undefined) known.delete(oldest);
    return verified;
  };
}
