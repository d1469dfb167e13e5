import { createHmac, randomUUID } from 'node:crypto';
import type { Role } from '@folkmoot/contract';

/** The secret that all nodes of a run share; it guards nothing. */
export const faultsSecret = 'a secret of the fault runs, which guard nothing';

/** Longer than the clocks of nodes are apart in any scenario. */
const lifetimeSeconds = 4 * 3_600;

/** An HS256 token as a host application would sign it. */
export function signFaultsToken(sub: string, role: Role = 'member'): string {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const claims = { sub, name: sub, role, iat: issuedAt, exp: issuedAt + lifetimeSeconds, jti: randomUUID() };
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${body}.${createHmac('sha256', faultsSecret).update(body).digest('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
