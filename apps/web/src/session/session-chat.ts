import { type Chat, type KeyValueStorage, createChat, createChatClient, isConnectionError } from '@folkmoot/client';
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

/** Makes a chat for each person who signs in, and closes it when they go. Lives as long as the page. */
export function createSessionChat({ endpoint, session, storage, after }: SessionChatOptions): SessionChat {
  const listeners = new Set<() => void>();
  let state: SignedIn | 'signing-in' | null = null;
  let token: string | null = null;
  let userId: string | null = null;

  const getToken = (): string | null => session.get().token;
  const change = (next: typeof state): void => {
    state = next;
    for (const listener of listeners) listener();
  };

  /** What one may do beyond writing. */
  const askRole = (chat: Chat): void => {
    const isCurrent = (now: typeof state): now is SignedIn => now !== null && now !== 'signing-in' && now.chat === chat;
    if (!isCurrent(state)) return;
    chat.trpc.auth.me.query().then(
      ({ role }) => {
        if (isCurrent(state)) change({ ...state, role });
      },
      () => undefined,
    );
  };
  const enter = (ownUser: User): void => {
    const withoutSockets = endpoint.transport === 'sse' ? { WebSocket: null } : {};
    const chat = createChat({ url: endpoint.url, ownUser, getToken, storage, ...withoutSockets });
    change({ chat, ownUser, role: 'member' });
    after(roleDelayMs, () => askRole(chat));
  };

  const askWho = async (asked: string): Promise<void> => {
    // Plain calls: this works where there are no WebSockets, too.
    const client = createChatClient({ url: endpoint.url, transport: 'sse', getToken: () => asked });
    try {
      const { role: _, ...user } = await client.trpc.auth.me.query();
      if (getToken() === asked) session.set({ name: user.name, token: asked, user });
    } catch (error) {
      if (getToken() !== asked) return;
      if (isConnectionError(error)) after(retryMs, () => ask(asked));
      else session.set({ ...session.get(), token: null, user: null });
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
    before?.chat.close();
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
