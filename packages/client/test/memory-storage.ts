import type { KeyValueStorage } from '../src/outbox-storage.ts';

/** As `localStorage`; `isFull` makes every write fail. */
export function createMemoryStorage(): KeyValueStorage & { isFull: boolean } {
  const values = new Map<string, string>();
  return {
    isFull: false,
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (this.isFull) throw new DOMException('Full.', 'QuotaExceededError');
      values.set(key, value);
    },
    removeItem: (key) => void values.delete(key),
  };
}
