/** A stream that is read as fast as it comes. */
export type ReadStream<Value> = {
  /** All that has come, in order. */
  readonly values: Value[];
  /** Resolves when the stream has ended, with what it failed with or undefined. */
  readonly ended: Promise<unknown>;
  /** Unsubscribes, and resolves as `ended` does. */
  close(): Promise<unknown>;
};

export function readStream<Value>(open: (signal: AbortSignal) => PromiseLike<AsyncIterable<Value>>): ReadStream<Value> {
  const controller = new AbortController();
  const values: Value[] = [];

  async function read(): Promise<void> {
    for await (const value of await open(controller.signal)) values.push(value);
  }

  const ended = read().then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    values,
    ended,
    close() {
      controller.abort();
      return ended;
    },
  };
}
