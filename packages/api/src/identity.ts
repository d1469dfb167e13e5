import { cleanDisplayName, type Role, toUserId, type User } from '@folkmoot/contract';

/** Who a host's `authenticate` says is calling. */
export type Identity = {
  /** Any id; one that is no UUID becomes one (`toUserId('host', id)`). */
  id: string;
  username?: string | undefined;
  name?: string | undefined;
  /** `member` by default; taken from the credential of each call and never stored (A9). */
  role?: Role | undefined;
  isGuest?: boolean | undefined;
  /** When the credential was made: names of the newest one are kept; without it, those seen last (A9). */
  issuedAt?: Date | undefined;
  /** From then on calls are refused and streams of this credential end (A3). */
  expiresAt?: Date | undefined;
};

/** A verified identity in the form that services work with. */
export type Caller = {
  user: User;
  role: Role;
  issuedAt: Date | undefined;
  expiresAt: Date | undefined;
};

export function toCaller(identity: Identity): Caller {
  const id = toUserId('host', identity.id);
  const username = cleanDisplayName(identity.username ?? '') ?? `user-${id.slice(0, 8)}`;
  return {
    user: {
      id,
      username,
      name: cleanDisplayName(identity.name ?? '') ?? username,
      isGuest: identity.isGuest ?? false,
    },
    role: identity.role ?? 'member',
    issuedAt: identity.issuedAt,
    expiresAt: identity.expiresAt,
  };
}

/** A moderator, or an admin, who can all that a moderator can. */
export function isModerator(caller: Caller): boolean {
  return caller.role === 'moderator' || caller.role === 'admin';
}
