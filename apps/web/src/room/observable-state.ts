export type ObservableState<State> = {
  get(): State;
  update(change: (state: State) => Partial<State>): void;
  subscribe(listener: () => void): () => void;
};

/** One immutable value that others can watch, in the shape that React's `useSyncExternalStore` takes. */
export function createObservableState<State extends object>(initial: State): ObservableState<State> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    update(change) {
      current = { ...current, ...change(current) };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
