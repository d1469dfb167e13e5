import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessMemory } from './process-memory.ts';

const intervalMs = 250;
const maxTries = 40;
const toleranceBytes = 128 * 1024;

/**
 * Memory of a process after its garbage is collected and the number has stopped moving: it is asked to collect by
 * SIGUSR2 (collect-on-signal.ts), as often as it takes.
 */
export async function readSettledMemory(pid: number): Promise<number> {
  let last = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < maxTries; tries++) {
    process.kill(pid, 'SIGUSR2');
    await sleep(intervalMs);
    const now = await readProcessMemory(pid);
    if (Math.abs(last - now) <= toleranceBytes) return now;
    last = now;
  }
  return last;
}
