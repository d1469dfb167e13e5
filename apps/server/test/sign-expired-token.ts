import { signMemberToken } from '../src/auth/member-tokens.ts';
import { readConfiguration } from '../src/configuration/read-configuration.ts';

/** A member's token that was good until an hour ago, for a server that is configured by nothing but the secret. */
export async function signExpiredToken(secret: string, sub: string): Promise<string> {
  const { authIssuer: issuer, authAudience: audience } = readConfiguration({ AUTH_SECRET: secret });
  const hourAgo = Date.now() - 3_600_000;
  const [issuedAt, expiresAt] = [new Date(hourAgo - 3_600_000), new Date(hourAgo)];
  return signMemberToken(secret, { sub, issuer, audience, issuedAt, expiresAt });
}
