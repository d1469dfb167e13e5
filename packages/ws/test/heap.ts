import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the heap in use after everything that nobody reaches has been collected. */
export async function measureHeap(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round++) {
    collect();
    await new Promise<void>((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}
