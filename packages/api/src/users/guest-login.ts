import { cleanDisplayName, type GuestSession, type User } from '@folkmoot/contract';
import { DomainError } from '../errors/domain-error.ts';
import type { Caller } from '../identity.ts';
import type { UserService } from './user-service.ts';

/** Makes the credential of a guest: a port, because the api knows no tokens. */
export type GuestTokens = { issue(guest: User): Promise<{ token: string; issuedAt: Date; expiresAt: Date }> };

export type GuestLogin = {
  /** A guest under a name, or with a guest's own token that same guest again. Throws INVALID_INPUT for no name. */
  login(current: Caller | null, input: { name: string }): Promise<GuestSession>;
};

export function createGuestLogin(options: {
  tokens: GuestTokens | undefined;
  users: UserService;
  newId: () => string;
}): GuestLogin {
  const { tokens, users, newId } = options;
  return {
    async login(current, input) {
      if (!tokens) throw new DomainError('GUEST_LOGIN_OFF');
      const name = cleanDisplayName(input.name);
      if (name === undefined)
        throw new DomainError('INVALID_INPUT', { message: 'Give a name with a visible character.' });
      const id = current?.user.isGuest ? current.user.id : newId();
      const guest: User = { id, username: `guest-${id.slice(0, 8)}`, name, isGuest: true };
      const { token, issuedAt, expiresAt } = await tokens.issue(guest);
      return { token, user: await users.ensure({ user: guest, role: 'member', issuedAt, expiresAt }) };
    },
  };
}
