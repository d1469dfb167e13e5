import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after so many milliseconds, or at once when the signal aborts; it never rejects. */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The system's clock. */
export const systemDelay: Delay = (ms, signal) => waitFor(ms, true, signal);

/** The same for work in the background: a pending delay does not keep the process alive. */
export const backgroundDelay: Delay = (ms, signal) => waitFor(ms, false, signal);

async function waitFor(ms: number, ref: boolean, signal: AbortSignal | undefined): Promise<void> {
  try {
    await wait(ms, undefined, { ref, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
