import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import type { TrustProxy } from '../configuration/trust-proxy.ts';

/**
 * The address that limits count by. X-Forwarded-For is a claim that every hop adds to at the right, so it is read from
 * there, and only as far as the configuration trusts (A6).
 */
export function clientAddress(req: IncomingMessage, trust: TrustProxy): string {
  const peer = withoutMapping(req.socket.remoteAddress ?? '');
  if (trust.kind === 'none') return peer;
  const claimed = (req.headersDistinct['x-forwarded-for'] ?? []).join(',').split(',');
  const chain = [...claimed.map((part) => withoutMapping(part.trim())), peer];

  let index = chain.length - 1;
  const canGoOn = () => isIP(chain[index - 1] ?? '') !== 0;
  if (trust.kind === 'hops') {
    for (let hop = 0; hop < trust.hops && canGoOn(); hop++) index--;
  } else {
    while (canGoOn() && isListed(trust.list, chain[index] ?? '')) index--;
  }
  return chain[index] ?? peer;
}

function isListed(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
