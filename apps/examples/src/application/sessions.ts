import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Whom the application has known all along. */
export type Account = { login: string; fullName: string; isStaff: boolean };
export type Session = { account: Account; expiresAt: Date };

const lifetimeSeconds = 8 * 3600;
const salt = randomBytes(16);
const hash = (password: string): Buffer => scryptSync(password, salt, 32);

/** Stand for the accounts of your application: yours are in a database. */
const accounts = new Map<string, Account & { passwordHash: Buffer }>(
  [
    { login: 'ada', fullName: 'Ada Lovelace', isStaff: true, passwordHash: hash('engine') },
    { login: 'grace', fullName: 'Grace Hopper', isStaff: false, passwordHash: hash('compiler') },
  ].map((account) => [account.login, account]),
);

export type Sessions = {
  /** Signs in with HTTP Basic credentials. Gives the cookie that is to be set; undefined for a wrong password. */
  logIn(authorization: string | undefined): string | undefined;
  /** The session of a Cookie header. */
  find(cookies: string | null | undefined): Session | undefined;
};

/** Sessions as many applications have them: the cookie holds a random id, the server all else. */
export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  return {
    logIn(authorization = '') {
      const credentials = Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString();
      const [login = '', password = ''] = credentials.split(':');
      const account = accounts.get(login);
      if (!account || !timingSafeEqual(account.passwordHash, hash(password))) return undefined;
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, { account, expiresAt: new Date(Date.now() + lifetimeSeconds * 1_000) });
      // Add `Secure` where you serve over TLS. SameSite keeps other sites from posting with this cookie.
      return `session=${id}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${lifetimeSeconds}`;
    },
    find(cookies) {
      const id = /(?:^|; )session=([^;]*)/.exec(cookies ?? '')?.[1];
      const session = id === undefined ? undefined : sessions.get(id);
      return session && session.expiresAt > new Date() ? session : undefined;
    },
  };
}
