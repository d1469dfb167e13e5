import type { User } from '@folkmoot/contract';
import type { Caller } from '../identity.ts';
import type { UserStore } from './user-store.ts';

const maxRemembered = 10_000;

export type UserService = {
  /**
   * The caller as stored, stored now if need be. One round trip for each new credential; remembered after that. Throws
   * what the database throws.
   */
  ensure(caller: Caller): Promise<User>;
  /** Forgets what is remembered of a user whose row turned out to be missing. */
  forget(userId: string): void;
};

export function createUserService(store: UserStore): UserService {
  const remembered = new Map<string, { credential: string; user: Promise<User> }>();

  return {
    async ensure(caller) {
      const { id, username, name, isGuest } = caller.user;
      const credential = JSON.stringify([username, name, isGuest, caller.issuedAt?.getTime()]);
      const known = remembered.get(id);
      if (known?.credential === credential) return known.user;

      const user = store.save(caller.user, caller.issuedAt);
      remembered.delete(id);
      remembered.set(id, { credential, user });
      const [oldest] = remembered.keys();
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
      try {
        return await user;
      } catch (error) {
        if (remembered.get(id)?.user === user) remembered.delete(id);
        throw error;
      }
    },
    forget(userId) {
      remembered.delete(userId);
    },
  };
}
