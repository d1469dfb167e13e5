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
  /** The caller as far as this node remembers, else as the credential says: for hints, which touch no table (P4). */
  recall(caller: Caller): Promise<User>;
  /** Forgets what is remembered of a user whose row turned out to be missing. */
  forget(userId: string): void;
};

export function createUserService(store: UserStore): UserService {
  const remembered = new Map<string, { credential: string; issuedAt: Date | undefined; user: Promise<User> }>();

  return {
    async ensure(caller) {
      const { id, username, name, isGuest } = caller.user;
      const credential = JSON.stringify([username, name, isGuest, caller.issuedAt?.getTime()]);
      const known = remembered.get(id);
      if (known && (known.credential === credential || isOlder(caller.issuedAt, known.issuedAt))) return known.user;

      const user = store.save(caller.user, caller.issuedAt);
      remembered.delete(id);
      remembered.set(id, { credential, issuedAt: caller.issuedAt, user });
      const [oldest] = remembered.keys();
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
      try {
        return await user;
      } catch (error) {
        if (remembered.get(id)?.user === user) remembered.delete(id);
        throw error;
      }
    },
    recall: async ({ user }) => (await remembered.get(user.id)?.user) ?? user,
    forget(userId) {
      remembered.delete(userId);
    },
  };
}

/** Names of an older credential change nothing (A9): two devices of one user do not take turns at the database. */
function isOlder(issuedAt: Date | undefined, knownIssuedAt: Date | undefined): boolean {
  return issuedAt !== undefined && knownIssuedAt !== undefined && issuedAt < knownIssuedAt;
}
