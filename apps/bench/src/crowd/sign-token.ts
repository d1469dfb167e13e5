import { createHmac, randomUUID } from 'node:crypto';

/** The secret that both the servers and the crowd of a run are given; it guards nothing. */
export const benchSecret = 'a secret of benchmarks, which guard nothing';

const lifetimeSeconds = 86_400;

/** An HS256 token as a host application would sign it. */
export function signToken(sub: string, now: number): string {
  const issuedAt = Math.floor(now / 1000);
  const claims = { sub, name: sub, iat: issuedAt, exp: issuedAt + lifetimeSeconds, jti: randomUUID() };
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${body}.${createHmac('sha256', benchSecret).update(body).digest('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
