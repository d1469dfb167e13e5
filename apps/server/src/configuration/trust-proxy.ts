import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

/** Whose X-Forwarded-For counts: nobody's, that of so many proxies in front, or that of these addresses. */
export type TrustProxy = { kind: 'none' } | { kind: 'hops'; hops: number } | { kind: 'addresses'; list: BlockList };

const problem = "must be 'off', a number of proxies, or addresses and CIDR ranges separated by commas";

export const trustProxySchema = z.string().transform((text, context): TrustProxy => {
  if (/^(off|false|0)$/i.test(text)) return { kind: 'none' };
  if (/^[1-9]\d?$/.test(text)) return { kind: 'hops', hops: Number(text) };

  const list = new BlockList();
  for (const part of text.split(',')) {
    if (!addRange(list, part.trim())) {
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }
  }
  return { kind: 'addresses', list };
});

function addRange(list: BlockList, range: string): boolean {
  if (range === 'loopback') return addRange(list, '127.0.0.0/8') && addRange(list, '::1');
  const [address = '', bits] = range.split('/');
  const version = isIP(address);
  if (version === 0) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) {
    list.addAddress(address, family);
    return true;
  }
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > (version === 6 ? 128 : 32)) return false;
  list.addSubnet(address, Number(bits), family);
  return true;
}
