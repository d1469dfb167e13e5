import { isIPv6 } from 'node:net';

/**
 * What limits per address count by: an IPv4 address itself, an IPv6 address's /64, for one customer usually has a whole
 * one (A6). An IPv4 address in IPv6 clothes counts as IPv4; anything else is its own key.
 */
export function addressKey(address: string): string {
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(bare)) return bare;
  return `${expandedGroups(bare).slice(0, 4).join(':')}::/64`;
}

function expandedGroups(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // Only the last group can be dotted; it stands for two, and is never among the first four.
  const known = before.length + after.length + (address.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - known) }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, '').toLowerCase());
}
