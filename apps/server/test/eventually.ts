import { vi } from 'vitest';

/** Waits until an assertion holds, long enough for a machine that is busy with other tests. */
export async function eventually(assertion: () => void | Promise<void>, timeoutMs = 15_000): Promise<void> {
  await vi.waitFor(assertion, { timeout: timeoutMs, interval: 10 });
}
