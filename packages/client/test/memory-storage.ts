import type { KeyValueStorage } from '../src/key-value-storage.ts';

export type MemoryStorage = KeyValueStorage & {
  /** Makes every write fail. */
  isFull: boolean;
  /** The same storage as another tab of the browser sees it. */
  openTab(): MemoryStorage;
  /** As the `storage` event: told by the changes of other tabs, by key. */
  watch(onChange: (key: string) => void): () => void;
};

/** As `localStorage`. */
export function createMemoryStorage(): MemoryStorage {
  const values = new Map<string, string>();
  const state = { isFull: false };
  const watchers = new Map<(key: string) => void, MemoryStorage>();

  const openTab = (): MemoryStorage => {
    const change = (key: string, write: () => void): void => {
      const before = values.get(key);
      write();
      if (values.get(key) === before) return;
      for (const [onChange, owner] of watchers) if (owner !== tab) queueMicrotask(() => onChange(key));
    };
    const tab: MemoryStorage = {
      get isFull() {
        return state.isFull;
      },
      set isFull(isFull) {
        state.isFull = isFull;
      },
      get length() {
        return values.size;
      },
      key: (index) => [...values.keys()][index] ?? null,
      getItem: (key) => values.get(key) ?? null,
      setItem(key, value) {
        if (state.isFull) throw new DOMException('Full.', 'QuotaExceededError');
        change(key, () => values.set(key, value));
      },
      removeItem: (key) => change(key, () => values.delete(key)),
      openTab,
      watch(onChange) {
        watchers.set(onChange, tab);
        return () => void watchers.delete(onChange);
      },
    };
    return tab;
  };
  return openTab();
}
