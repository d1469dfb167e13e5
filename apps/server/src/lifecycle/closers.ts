export type Closers = {
  /** Remembers how to close what has just been opened. */
  push: (close: () => void | Promise<void>) => void;
  /** Closes everything, the last opened first. One that fails does not keep the others from being closed. */
  closeAll: () => Promise<void>;
};

export function createClosers(onError: (error: unknown) => void): Closers {
  const stack: (() => void | Promise<void>)[] = [];
  return {
    push(close) {
      stack.push(close);
    },
    async closeAll() {
      for (let close = stack.pop(); close; close = stack.pop()) {
        try {
          await close();
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
