import { createSecretKey } from 'node:crypto';
import type { Role } from '@folkmoot/contract';
import { SignJWT } from 'jose';

export type MemberTokenClaims = {
  sub: string;
  role?: Role;
  name?: string;
  username?: string;
  /** Of the configuration, where it demands them. */
  issuer?: string | undefined;
  audience?: string | undefined;
  issuedAt: Date;
  expiresAt: Date;
};

/** Signs an HS256 token as a host application does: what `pnpm run token` prints, and what tests sign in with. */
export async function signMemberToken(secret: string, claims: MemberTokenClaims): Promise<string> {
  const { sub, issuer, audience, issuedAt, expiresAt, ...rest } = claims;
  const token = new SignJWT(rest)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt);
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  return token.sign(createSecretKey(Buffer.from(secret)));
}
