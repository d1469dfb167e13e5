export type DelayedDeletes = {
  /** Messages that are to be deleted and can still be kept; another set after each change. */
  get(): ReadonlySet<string>;
  subscribe(listener: () => void): () => void;
  start(messageId: string): void;
  /** False when it is too late. */
  undo(messageId: string): boolean;
  /** Deletes at once what waits: the page is being left. */
  flush(): void;
};

export type DelayedDeletesOptions = {
  delayMs: number;
  /** Runs once after so many milliseconds, unless the function that it returns is called before. */
  after: (ms: number, run: () => void) => () => void;
  remove: (messageId: string) => void;
};

/** Deletes after a while, so that there is time to think again. */
export function createDelayedDeletes({ delayMs, after, remove }: DelayedDeletesOptions): DelayedDeletes {
  const listeners = new Set<() => void>();
  const timers = new Map<string, () => void>();
  let waiting: ReadonlySet<string> = new Set();

  const publish = (): void => {
    waiting = new Set(timers.keys());
    for (const listener of listeners) listener();
  };
  const finish = (messageId: string): void => {
    timers.get(messageId)?.();
    if (!timers.delete(messageId)) return;
    // First, so that no state in between shows the message again.
    remove(messageId);
    publish();
  };
  return {
    get: () => waiting,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(messageId) {
      if (timers.has(messageId)) return;
      timers.set(
        messageId,
        after(delayMs, () => finish(messageId)),
      );
      publish();
    },
    undo(messageId) {
      timers.get(messageId)?.();
      const isInTime = timers.delete(messageId);
      if (isInTime) publish();
      return isInTime;
    },
    flush() {
      for (const messageId of [...timers.keys()]) finish(messageId);
    },
  };
}

/** Five seconds: what the announcement says. */
export const deleteDelayMs = 5000;
