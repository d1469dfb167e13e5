import { readFile } from 'node:fs/promises';

/** Bytes of memory that a process holds resident, its share of shared pages included. */
export async function readProcessMemory(pid: number): Promise<number> {
  return parseSmapsRollup(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'));
}

/** `Pss` of `/proc/PID/smaps_rollup`, in bytes: pages that two processes share count half for each. */
export function parseSmapsRollup(rollup: string): number {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  if (kibibytes === undefined) throw new Error('not a /proc/PID/smaps_rollup');
  return Number(kibibytes) * 1024;
}
