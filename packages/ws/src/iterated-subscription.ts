import { isObservable, observableToAsyncIterable } from '@trpc/server/observable';

/** Where the values of an iterated subscription go. */
export type IterationOutlet = {
  readonly isWritable: boolean;
  whenWritable(callback: () => void): void;
  onValue(value: unknown): void;
  /** Cleaning up failed after the subscriber was stopped or the stream had ended; nobody is told but the server. */
  onLateError(error: unknown): void;
};

const aborted = Symbol('aborted');

export function isIterable(value: unknown): boolean {
  return isObservable(value) || isAsyncIterable(value);
}

/**
 * Hands on the values of an async iterable or observable until it ends or is aborted, and asks for none while its
 * reader has too much unread (R9). Resolves when the iterator has been cleaned up; rejects with what the iterator threw.
 */
export async function iterate(source: unknown, outlet: IterationOutlet, abort: AbortController): Promise<void> {
  const { signal } = abort;
  if (signal.aborted && isObservable(source)) return;
  const iterable = isObservable(source) ? observableToAsyncIterable(source, signal) : source;
  if (!isAsyncIterable(iterable)) return;
  const iterator = iterable[Symbol.asyncIterator]();
  const whenAborted = new Promise<typeof aborted>((resolve) => {
    signal.addEventListener('abort', () => resolve(aborted), { once: true });
  });

  let isDone = false;
  try {
    while (!signal.aborted) {
      if (!outlet.isWritable) {
        await Promise.race([writable(outlet), whenAborted]);
        continue;
      }
      const next = iterator.next();
      const taken = await Promise.race([next, whenAborted]);
      if (taken === aborted) {
        // Nobody waits for this value any more, but it may still fail.
        next.catch((error: unknown) => reportUnlessAbort(error, outlet));
        break;
      }
      if (taken.done) {
        isDone = true;
        break;
      }
      outlet.onValue(taken.value);
    }
  } catch (error) {
    isDone = true;
    abort.abort();
    throw error;
  } finally {
    // What waits for cancellation inside of the iterator is woken before it is asked to clean up.
    if (!isDone && !signal.aborted) abort.abort();
    await cleanUp(iterator, outlet);
  }
}

async function cleanUp(iterator: AsyncIterator<unknown>, outlet: IterationOutlet): Promise<void> {
  try {
    await iterator.return?.();
  } catch (error) {
    reportUnlessAbort(error, outlet);
  }
}

function reportUnlessAbort(error: unknown, outlet: IterationOutlet): void {
  if (!(error instanceof Error && error.name === 'AbortError')) outlet.onLateError(error);
}

function writable(outlet: IterationOutlet): Promise<void> {
  return new Promise((resolve) => {
    outlet.whenWritable(resolve);
  });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
