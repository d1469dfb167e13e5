import { type Clock, waitFor } from '../clock.ts';

/** A client that hears nothing makes a new stream after 20 s; the old one is over 10 s later (A3). */
const silenceMs = 30_000;

/**
 * Lets a stream run until its credential expires, then keeps it open and silent for 30 s (A3): a stock client takes the
 * end of a stream for its completion and would never ask again, but makes a silent one anew, with a fresh token and
 * from its place. A WebSocket is closed by its server before that.
 */
export async function* liveUntilExpiry<Value>(options: {
  start: (signal: AbortSignal) => AsyncIterable<Value>;
  expiresAt: Date | undefined;
  clock: Clock;
  signal: AbortSignal;
}): AsyncGenerator<Value, void, unknown> {
  const { start, expiresAt, clock, signal } = options;
  if (!expiresAt) {
    yield* start(signal);
    return;
  }
  const expiry = new AbortController();
  const cancel = clock.after(Math.max(0, expiresAt.getTime() - clock.now()), () => {
    expiry.abort();
  });
  try {
    yield* start(AbortSignal.any([signal, expiry.signal]));
    if (expiry.signal.aborted) await waitFor(clock, silenceMs, signal);
  } finally {
    cancel();
  }
}
