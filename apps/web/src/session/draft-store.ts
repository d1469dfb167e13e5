export type DraftStore = { load(userId: string): string; keep(userId: string, draft: string): void };

/**
 * Keeps what is being written, so that a reload loses nothing. Each tab has its own, and in it each person: whoever signs
 * in next does not find what another one has left.
 *
 * @param storage asked for each time: a browser that forbids storage throws already here
 */
export function createDraftStore(storage: () => Pick<Storage, 'getItem' | 'setItem'>, slot: string): DraftStore {
  const keyOf = (userId: string): string => `folkmoot.draft.${slot}.${userId}`;
  return {
    load(userId) {
      try {
        return storage().getItem(keyOf(userId)) ?? '';
      } catch {
        return '';
      }
    },
    keep(userId, draft) {
      try {
        storage().setItem(keyOf(userId), draft);
      } catch {
        // It lives on in the page.
      }
    },
  };
}
