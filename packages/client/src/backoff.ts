/** Longest wait before a try, and the wait that the first try stays under (T6). */
const maxDelayMs = 30_000;
const firstDelayMs = 1_000;
/** So long without a failure, and the next one counts as the first again. */
const quietMs = 60_000;

/**
 * How long to wait before reconnecting (T6): evenly spread between 0 and a ceiling that starts at one second and
 * doubles up to 30 seconds, so that the clients of a restarted server come back spread out. It has no last attempt.
 *
 * @param attempt failures in a row before this one: 0, 1, 2 …
 * @param random a number from 0 up to but not including 1
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  return Math.floor(random * Math.min(maxDelayMs, firstDelayMs * 2 ** attempt));
}

export type Backoff = {
  /** The wait before the next try; each call counts as one more failure in a row. */
  nextDelayMs(): number;
};

/**
 * Counts failures for {@link reconnectDelayMs}. It goes by the clock and not by successes: a server that accepts a
 * connection and drops it at once is no reason to start over.
 */
export function createBackoff({ random, now }: { random: () => number; now: () => number }): Backoff {
  let attempt = 0;
  let lastFailureAt: number | undefined;
  return {
    nextDelayMs() {
      const at = now();
      if (lastFailureAt !== undefined && at - lastFailureAt > quietMs) attempt = 0;
      lastFailureAt = at;
      return reconnectDelayMs(attempt++, random());
    },
  };
}
