/** What is needed of `localStorage` or `sessionStorage`. */
export type KeyValueStorage = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>;

/** Calls back with the key of each value that another tab has changed. Returns what ends it. */
export type WatchStorage = (onChange: (key: string) => void) => () => void;

/**
 * By the page's `storage` events; where there is no page there are no other tabs. A storage that is emptied as a whole is
 * not told: what this page was asked to send is sent all the same, and what an earlier page had left is given up.
 */
export const watchPageStorage: WatchStorage = (onChange) => {
  const { window } = globalThis;
  if (typeof window === 'undefined') return () => undefined;
  const onStorage = ({ key }: StorageEvent): void => {
    if (key !== null) onChange(key);
  };
  window.addEventListener('storage', onStorage);
  return () => window.removeEventListener('storage', onStorage);
};

/** Undefined when the storage is full or forbidden, or what it holds is not what it should be. */
export function attemptAccess<Result>(access: () => Result): Result | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
