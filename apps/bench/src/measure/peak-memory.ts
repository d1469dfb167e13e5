import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessMemory } from './process-memory.ts';
import { readSocketMemory } from './socket-memory.ts';

const sampleEveryMs = 100;

/** Bytes of a process, and of the kernel for TCP sockets of this machine. */
export type HeldMemory = { process: number; sockets: number };

/** What was held at the moment at which the two together were most, while something happened. */
export async function peakMemoryDuring<Result>(
  pid: number,
  happen: () => Promise<Result>,
): Promise<{ peak: HeldMemory; result: Result }> {
  let isOver = false;
  let peak: HeldMemory = { process: 0, sockets: 0 };
  const sample = async (): Promise<void> => {
    const now = { process: await readProcessMemory(pid), sockets: await readSocketMemory() };
    if (now.process + now.sockets > peak.process + peak.sockets) peak = now;
  };
  const sampling = (async () => {
    while (!isOver) {
      await sample();
      await sleep(sampleEveryMs);
    }
  })();
  try {
    const result = await happen();
    await sample();
    return { peak, result };
  } finally {
    isOver = true;
    await sampling;
  }
}
