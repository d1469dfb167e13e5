import {
  type Chat,
  type KeyValueStorage,
  createChat,
  createChatClient,
  isConnectionError,
  toChatError,
} from '@folkmoot/client';
import type { Role, User } from '@folkmoot/contract';
import type { ChatEndpoint } from './chat-endpoint.ts';
import type { SessionStore } from './session-store.ts';

export type SignedIn = { chat: Chat; ownUser: User; role: Role };

/** The chat of whoever is signed in. */
export type SessionChat = {
  /** Null while nobody is; `signing-in` while the server is asked whose token it is. */
  get(): SignedIn | 'signing-in' | null;
  subscribe(listener: () => void): () => void;
};

export type SessionChatOptions = {
  endpoint: ChatEndpoint;
  session: SessionStore;
  /** Keeps what has not been sent; undefined where there is none. */
  storage: KeyValueStorage | undefined;
  /** Runs once after so many milliseconds. */
  after: (ms: number, run: () => void) => void;
};

const retryMs = 2000;
/** The first page of messages goes first. */
const roleDelayMs = 500;
/** What one did just before going, a delayed deletion for one, is still let through for so long. */
const leaveMs = 5000;
/** So many tries in vain, and the server is asked whether the token still holds: the streams only ask for a fresh one. */
const suspiciousAttempts = 2;

/** Makes a chat for each person who signs in, and closes it when they go. Lives as long as the page. */
export function createSessionChat({ endpoint, session, storage, after }: SessionChatOptions): SessionChat {
  const listeners = new Set<() => void>();
  let state: SignedIn | 'signing-in' | null = null;
  let token: string | null = null;
  let userId: string | null = null;

  const change = (next: typeof state): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  /** What one may do beyond writing, and whether the token still holds: there is no fresh one but by signing in. */
  const askRole = (chat: Chat): void => {
    const isCurrent = (now: typeof state): now is SignedIn => now !== null && now !== 'signing-in' && now.chat === chat;
    if (!isCurrent(state)) return;
    chat.trpc.auth.me.query().then(
      ({ role }) => {
        if (isCurrent(state)) change({ ...state, role });
      },
      (error: unknown) => {
        if (isCurrent(state) && toChatError(error)?.code === 'TOKEN_EXPIRED') leave();
      },
    );
  };
  const leave = (): void => session.set({ ...session.get(), token: null, user: null });
  const enter = (ownUser: User): void => {
    const withoutSockets = endpoint.transport === 'sse' ? { WebSocket: null } : {};
    // Theirs also after they have gone: what they leave to be done is not done by whoever comes next.
    let ownToken = session.get().token;
    const getToken = (): string | null => {
      const now = session.get();
      if (now.token !== null && now.user?.id === ownUser.id) ownToken = now.token;
      return ownToken;
    };
    const chat = createChat({ url: endpoint.url, ownUser, getToken, storage, ...withoutSockets });
    chat.connection.subscribe(() => {
      const { name, attempt } = chat.connection.get();
      if (name === 'waiting' && attempt >= suspiciousAttempts) askRole(chat);
    });
    change({ chat, ownUser, role: 'member' });
    after(roleDelayMs, () => askRole(chat));
  };

  /** Nobody signs in as this guest again, and what they wrote is not for who comes next. What is on its way still goes. */
  const forgetUnsent = ({ ownUser }: SignedIn): void => {
    if (ownUser.isGuest && storage) removeUnsent(storage, ownUser.id);
  };

  const askWho = async (asked: string): Promise<void> => {
    // Plain calls: this works where there are no WebSockets, too.
    const client = createChatClient({ url: endpoint.url, transport: 'sse', getToken: () => asked });
    try {
      const { role: _, ...user } = await client.trpc.auth.me.query();
      if (session.get().token === asked) session.set({ name: user.name, token: asked, user });
    } catch (error) {
      if (session.get().token !== asked) return;
      if (isConnectionError(error)) after(retryMs, () => ask(asked));
      else leave();
    } finally {
      await client.close();
    }
  };
  const ask = (asked: string): void => {
    askWho(asked).catch(() => undefined);
  };

  const update = (): void => {
    const now = session.get();
    const nowUserId = now.user?.id ?? null;
    if (now.token === token && nowUserId === userId) return;
    const isSame = nowUserId !== null && nowUserId === userId && now.token !== null;
    token = now.token;
    userId = nowUserId;
    const before = state === 'signing-in' ? null : state;
    if (isSame && before) {
      before.chat.signedIn();
      return;
    }
    if (before) {
      forgetUnsent(before);
      after(leaveMs, () => {
        before.chat.close();
        forgetUnsent(before);
      });
    }
    if (now.token === null) change(null);
    else if (now.user) enter(now.user);
    else {
      change('signing-in');
      ask(now.token);
    }
  };
  session.subscribe(update);
  update();

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function removeUnsent(storage: KeyValueStorage, userId: string): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) if (key?.startsWith(`folkmoot:outbox:${userId}:`)) storage.removeItem(key);
}
