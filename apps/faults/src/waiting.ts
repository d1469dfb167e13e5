import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 25;

/** Waits until the condition holds, and gives how long that took in milliseconds; undefined when it did not in time. */
export async function timeUntil(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<number | undefined> {
  const since = performance.now();
  for (;;) {
    if (await condition()) return performance.now() - since;
    if (performance.now() - since > withinMs) return undefined;
    await sleep(pollMs);
  }
}

/** What a call gives, or throws a `TimeoutError` when it takes longer. */
export async function withinTime<Result>(
  withinMs: number,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new TimeoutError());
    controller.abort();
  }, withinMs);
  try {
    return await Promise.race([call(controller.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/** The value below which so many of them lie; undefined without any. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
