import { createSecretKey } from 'node:crypto';
import { DomainError, type Identity } from '@folkmoot/api';
import { toUserId } from '@folkmoot/contract';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { guestIssuer, guestKey, guestTokenType } from './guest-tokens.ts';
import { createJwksKeys } from './jwks-keys.ts';
import { type TokenClaims, tokenClaimsSchema } from './token-claims.ts';

export type TokenVerifierOptions = {
  secret: string | undefined;
  jwksUrl: string | undefined;
  issuer: string | undefined;
  audience: string | undefined;
  guestLogin: boolean;
  now: () => number;
};

/** A token that is good until `expiresAtMs`. */
export type VerifiedToken = { identity: Identity; expiresAtMs: number };

/**
 * @throws DomainError TOKEN_INVALID; TOKEN_EXPIRED for one that was good; TOO_BUSY where the keys are out of reach
 */
export type TokenVerifier = (token: string) => Promise<VerifiedToken>;

/** Longer ones are not looked at: a header could not carry them either. */
const maxTokenLength = 16 * 1024;
const asymmetricAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/**
 * Checks tokens (A1). Type and algorithm of the header only choose which one key may verify it, and that key fixes the
 * algorithm again: so a public key never serves as an HMAC secret, `none` matches nothing, and a guest's token is no
 * member's.
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { secret, jwksUrl, issuer, audience, now } = options;
  const secretKey = secret === undefined ? undefined : createSecretKey(Buffer.from(secret));
  const guests = secret === undefined || !options.guestLogin ? undefined : guestKey(secret);
  const jwksKeys = jwksUrl === undefined ? undefined : createJwksKeys(jwksUrl);
  const members: JWTVerifyOptions = {
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };

  async function verifySignature(token: string): Promise<{ payload: JWTPayload; isGuest: boolean }> {
    const { alg = '', typ } = decodeProtectedHeader(token);
    const common: JWTVerifyOptions = { requiredClaims: ['sub', 'exp'], currentDate: new Date(now()) };
    const hmac: JWTVerifyOptions = { ...common, algorithms: ['HS256'] };

    if (typ === guestTokenType) {
      if (!guests) throw new DomainError('TOKEN_INVALID');
      const { payload } = await jwtVerify(token, guests, { ...hmac, typ: guestTokenType, issuer: guestIssuer });
      return { payload, isGuest: true };
    }
    if (alg === 'HS256' && secretKey) {
      return { payload: (await jwtVerify(token, secretKey, { ...hmac, ...members })).payload, isGuest: false };
    }
    if (asymmetricAlgorithms.includes(alg) && jwksKeys) {
      const { payload } = await jwtVerify(token, jwksKeys, { ...common, ...members, algorithms: asymmetricAlgorithms });
      return { payload, isGuest: false };
    }
    throw new DomainError('TOKEN_INVALID');
  }

  return async (token) => {
    if (token.length > maxTokenLength) throw new DomainError('TOKEN_INVALID');
    const { payload, isGuest } = await verifySignature(token).catch((error: unknown) => {
      if (error instanceof DomainError) throw error;
      throw new DomainError(error instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID', { cause: error });
    });
    const claims = tokenClaimsSchema.safeParse(payload);
    if (!claims.success) throw new DomainError('TOKEN_INVALID', { cause: claims.error });
    return toVerifiedToken(claims.data, isGuest, now());
  };
}

function toVerifiedToken(claims: TokenClaims, isGuest: boolean, nowMs: number): VerifiedToken {
  const expiresAtMs = claims.exp * 1000;
  return {
    expiresAtMs,
    identity: {
      id: toUserId(claims.iss ?? '', claims.sub),
      username: claims.username ?? claims.preferred_username,
      name: claims.name,
      role: isGuest ? 'member' : claims.role,
      isGuest,
      issuedAt: issuedAt(claims.iat, nowMs),
      expiresAt: new Date(expiresAtMs),
    },
  };
}

/** Clocks differ by minutes at most. A time beyond that would pin a user's names for as long as it lies ahead (A9). */
const clockToleranceMs = 5 * 60 * 1000;

function issuedAt(iatSeconds: number | undefined, nowMs: number): Date | undefined {
  if (iatSeconds === undefined || iatSeconds * 1000 > nowMs + clockToleranceMs) return undefined;
  return new Date(iatSeconds * 1000);
}
