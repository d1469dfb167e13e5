import { readFile } from 'node:fs/promises';

const pageBytes = 4096;

/** Bytes that the kernel holds for TCP sockets of this machine, both ends of each loopback connection together. */
export async function readSocketMemory(): Promise<number> {
  return parseSockstat(await readFile('/proc/net/sockstat', 'utf8'));
}

/** `mem` of the TCP line of `/proc/net/sockstat`, which counts pages, in bytes. */
export function parseSockstat(sockstat: string): number {
  const pages = /^TCP:.* mem (\d+)$/m.exec(sockstat)?.[1];
  if (pages === undefined) throw new Error('not a /proc/net/sockstat');
  return Number(pages) * pageBytes;
}
