import { addressKey } from './address-key.ts';

/** Places for sockets, so many for each address; an IPv6 address counts as its /64. */
export type SocketQuota = {
  /** Takes one place of an address; undefined when it has none left. What it returns gives the place back, once. */
  take(address: string): (() => void) | undefined;
};

/** Counts open sockets by address (A6). It keeps nothing of an address without sockets. */
export function createSocketQuota(maxPerAddress: number): SocketQuota {
  const open = new Map<string, number>();

  return {
    take(address) {
      const key = addressKey(address);
      const count = open.get(key) ?? 0;
      if (count >= maxPerAddress) return undefined;
      open.set(key, count + 1);

      let taken = true;
      return () => {
        if (!taken) return;
        taken = false;
        const left = (open.get(key) ?? 1) - 1;
        if (left > 0) open.set(key, left);
        else open.delete(key);
      };
    },
  };
}
