import type { User } from '@folkmoot/contract';

/**
 * Who one was the last time; without a token it is only the name to start the form with. A token without a user, as
 * another program may have put it there, is a session too: the server knows whose it is.
 */
export type Session = { name: string; token: string | null; user: User | null };

export type SessionStore = {
  get(): Session;
  set(session: Session): void;
  subscribe(listener: () => void): () => void;
  /** Another tab may have signed in or out: looks again. */
  reload(): void;
};

const nobody: Session = { name: '', token: null, user: null };

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
  let current = read(storage, key) ?? nobody;

  const change = (session: Session): void => {
    current = session;
    for (const listener of listeners) listener();
  };
  return {
    get: () => current,
    set(session) {
      try {
        storage().setItem(key, JSON.stringify(session));
      } catch {
        // Storage that is full or forbidden is no reason not to chat.
      }
      change(session);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reload() {
      const stored = read(storage, key);
      if (stored && stored.token !== current.token) change(stored);
    },
  };
}

/** Undefined where there is no storage. */
function read(storage: () => Pick<Storage, 'getItem'>, key: string): Session | undefined {
  try {
    const stored: unknown = JSON.parse(storage().getItem(key) ?? 'null');
    if (typeof stored !== 'object' || stored === null) return nobody;
    const name = 'name' in stored && typeof stored.name === 'string' ? stored.name : '';
    const token = 'token' in stored && typeof stored.token === 'string' ? stored.token : null;
    return { name, token, user: token !== null && 'user' in stored && isUser(stored.user) ? stored.user : null };
  } catch {
    return undefined;
  }
}

/** By hand: the contract's schema would bring all of zod to every visitor. */
function isUser(value: unknown): value is User {
  if (typeof value !== 'object' || value === null || !('isGuest' in value)) return false;
  const texts = ['id', 'username', 'name'].map((key): unknown => Reflect.get(value, key));
  return typeof value.isGuest === 'boolean' && texts.every((text) => typeof text === 'string');
}
