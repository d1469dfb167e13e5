import type { LiveSubscription } from './live-source.ts';

/**
 * A subscription as an async iterable, for whoever cannot be pushed to. One value at a time, so that each is in its
 * present state when it is asked for, however slow the reader (R8, R9).
 */
export async function* iterateSubscription<Value>(options: {
  open: (wake: () => void) => LiveSubscription<Value>;
  signal: AbortSignal;
}): AsyncGenerator<Value, void, unknown> {
  const { signal } = options;
  let isWoken = false;
  let wakeReader: () => void = () => undefined;
  const wake = (): void => {
    isWoken = true;
    wakeReader();
  };
  const subscription = options.open(wake);
  signal.addEventListener('abort', wake);
  try {
    while (!signal.aborted) {
      isWoken = false;
      const values = await subscription.next(1);
      if (!values) return;
      if (values.length > 0) {
        yield* values;
        continue;
      }
      // An abort or a wake-up since the question was asked has already been.
      if (isWoken) continue;
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
    }
  } finally {
    signal.removeEventListener('abort', wake);
    subscription.close();
  }
}
