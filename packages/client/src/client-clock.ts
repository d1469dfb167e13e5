/** Time and chance as the client's parts use them, so that tests can turn them by hand. */
export type ClientClock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to but not including 1. */
  random(): number;
  /** Runs once after so many milliseconds, unless the function that it returns is called before. */
  after(ms: number, run: () => void): () => void;
};

export const systemClientClock: ClientClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
