/** What is needed of `localStorage` or `sessionStorage`. */
export type KeyValueStorage = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>;

/** Undefined when the storage is full or forbidden, or what it holds is not what it should be. */
export function attemptAccess<Result>(access: () => Result): Result | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
