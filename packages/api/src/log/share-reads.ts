/**
 * Reads for many at a time. What was written before a call is in its answer, so a call during a read waits for the next
 * one, and all that do share it.
 */
export function shareReads<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let current: Promise<Result> | undefined;
  let next: Promise<Result> | undefined;

  async function start(): Promise<Result> {
    next = undefined;
    const reading = read();
    current = reading;
    try {
      return await reading;
    } finally {
      if (current === reading) current = undefined;
    }
  }

  // Whether the read before failed is for those who waited for it.
  return () => (current ? (next ??= current.then(start, start)) : start());
}
