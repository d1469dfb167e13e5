import { getTRPCErrorFromUnknown } from '@trpc/server';
import { isObservable, observableToAsyncIterable } from '@trpc/server/observable';
import type { Waiter } from './fanout-pump.ts';

/** Where the values of an iterated subscription go. */
export type IterationOutlet = {
  readonly isWritable: boolean;
  whenWritable(waiter: Waiter): void;
  forget(waiter: Waiter): void;
  onValue(value: unknown): void;
  /** Something failed after the subscriber was stopped or the stream had ended; nobody is told but the server. */
  onLateError(error: unknown): void;
};

export function isIterable(value: unknown): boolean {
  return isObservable(value) || isAsyncIterable(value);
}

/** Subscribes to an observable; an async iterable is returned as it is. */
export function toIterable(source: unknown, signal: AbortSignal): AsyncIterable<unknown> | undefined {
  if (isObservable(source)) return observableToAsyncIterable(source, signal);
  return isAsyncIterable(source) ? source : undefined;
}

/** For a subscriber who has gone before the first value was asked for. Never rejects. */
export async function dispose(source: unknown, onError: (error: unknown) => void): Promise<void> {
  // An observable does nothing before it is subscribed to.
  if (!isAsyncIterable(source)) return;
  try {
    await cleanUp(source[Symbol.asyncIterator](), onError);
  } catch (error) {
    onError(error);
  }
}

/**
 * Hands on the values of an async iterable until it ends or is aborted, and asks for none while its
 * reader has too much unread (R9). Resolves when the iterator has been cleaned up; rejects with what the iterator threw.
 */
export async function iterate(
  iterable: AsyncIterable<unknown>,
  outlet: IterationOutlet,
  abort: AbortController,
): Promise<void> {
  const { signal } = abort;
  const iterator = iterable[Symbol.asyncIterator]();
  const pauses = new Pauses(signal);
  let isDone = false;
  try {
    while (!signal.aborted) {
      if (!outlet.isWritable) {
        await pauses.untilWritable(outlet);
        continue;
      }
      const taken = await pauses.untilNext(iterator, outlet);
      if (!taken) break;
      if (taken.done) {
        isDone = true;
        break;
      }
      outlet.onValue(taken.value);
    }
  } finally {
    // What waits for cancellation inside of the iterator is woken before it is asked to clean up.
    if (!isDone && !signal.aborted) abort.abort();
    await cleanUp(iterator, (error) => outlet.onLateError(error));
  }
}

/**
 * What a loop waits for, ended by its signal: one listener however many values come. Racing each value against one
 * promise for the signal would keep all of them alive until that one settles.
 */
class Pauses {
  #interrupt: (() => void) | undefined;

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.#interrupt?.(), { once: true });
  }

  /** Undefined when aborted. A value that comes later is dropped; an error is told. */
  async untilNext(
    iterator: AsyncIterator<unknown>,
    outlet: IterationOutlet,
  ): Promise<IteratorResult<unknown> | undefined> {
    let isInterrupted = false;
    return new Promise((resolve, reject) => {
      this.#interrupt = () => {
        isInterrupted = true;
        resolve(undefined);
      };
      iterator.next().then(resolve, (cause: unknown) => {
        const error = getTRPCErrorFromUnknown(cause);
        if (!isInterrupted) reject(error);
        else if (!isAbortError(error.cause)) outlet.onLateError(error);
      });
    });
  }

  async untilWritable(outlet: IterationOutlet): Promise<void> {
    return new Promise((resolve) => {
      const waiter = { goOn: resolve };
      this.#interrupt = () => {
        outlet.forget(waiter);
        resolve();
      };
      outlet.whenWritable(waiter);
    });
  }
}

export function isAbortError(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'name' in cause && cause.name === 'AbortError';
}

async function cleanUp(iterator: AsyncIterator<unknown>, onError: (error: unknown) => void): Promise<void> {
  try {
    if (isDisposable(iterator)) await iterator[Symbol.asyncDispose]();
    else await iterator.return?.();
  } catch (error) {
    onError(error);
  }
}

function isDisposable(iterator: object): iterator is AsyncDisposable {
  return Symbol.asyncDispose in iterator && typeof iterator[Symbol.asyncDispose] === 'function';
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
