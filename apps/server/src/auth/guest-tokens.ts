import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { GuestTokens } from '@folkmoot/api';
import { SignJWT } from 'jose';

/** What tells a guest's token from any other (A1). */
export const guestTokenType = 'folkmoot-guest+jwt';
export const guestIssuer = 'folkmoot:guest';
const lifetimeMs = 30 * 24 * 60 * 60 * 1000;

/** The key of guest tokens: derived, so that neither kind of token can be passed off as the other. */
export function guestKey(secret: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'folkmoot guest tokens', 32)));
}

/** Tokens for people who sign in with a name only; they live 30 days (A1). */
export function createGuestTokens(options: { secret: string; now: () => number }): GuestTokens {
  const { now } = options;
  const key = guestKey(options.secret);

  return {
    async issue(guest) {
      const issuedAt = new Date(now());
      const expiresAt = new Date(issuedAt.getTime() + lifetimeMs);
      const token = await new SignJWT({ name: guest.name, username: guest.username })
        .setProtectedHeader({ alg: 'HS256', typ: guestTokenType })
        .setIssuer(guestIssuer)
        .setSubject(guest.id)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key);
      return { token, issuedAt, expiresAt };
    },
  };
}
