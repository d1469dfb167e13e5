export type DraftStore = { load(): string; keep(draft: string): void };

/**
 * Keeps what is being written, so that a reload loses nothing. Each tab has its own.
 *
 * @param storage asked for each time: a browser that forbids storage throws already here
 */
export function createDraftStore(storage: () => Pick<Storage, 'getItem' | 'setItem'>, slot: string): DraftStore {
  const key = `folkmoot.draft.${slot}`;
  return {
    load() {
      try {
        return storage().getItem(key) ?? '';
      } catch {
        return '';
      }
    },
    keep(draft) {
      try {
        storage().setItem(key, draft);
      } catch {
        // It lives on in the page.
      }
    },
  };
}
