/** Who one was the last time; without a token it is only the name to start the form with. */
export type Session = { name: string; token: string | null };

export type SessionStore = {
  get(): Session;
  set(session: Session): void;
  subscribe(listener: () => void): () => void;
};

const nobody: Session = { name: '', token: null };

/**
 * Keeps the session in the browser's storage, so that a reload signs nobody out. Where the browser allows no storage
 * the session lives as long as the page.
 *
 * @param storage asked for each time: a browser that forbids storage throws already here
 * @param slot another slot is another person in the same browser
 */
export function createSessionStore(storage: () => Pick<Storage, 'getItem' | 'setItem'>, slot: string): SessionStore {
  const key = slot === '' ? 'folkmoot.session' : `folkmoot.session.${slot}`;
  const listeners = new Set<() => void>();
  let current = read(storage, key);
  return {
    get: () => current,
    set(session) {
      current = session;
      try {
        storage().setItem(key, JSON.stringify(session));
      } catch {
        // Storage that is full or forbidden is no reason not to chat.
      }
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function read(storage: () => Pick<Storage, 'getItem'>, key: string): Session {
  try {
    const stored: unknown = JSON.parse(storage().getItem(key) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return nobody;
    const name = 'name' in stored && typeof stored.name === 'string' ? stored.name : '';
    const token = 'token' in stored && typeof stored.token === 'string' ? stored.token : null;
    return { name, token };
  } catch {
    return nobody;
  }
}
