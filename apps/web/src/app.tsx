import { useSyncExternalStore } from 'react';
import type { SessionStore } from './session/session-store.ts';
import { SignIn } from './session/sign-in.tsx';
import type { ChatEndpoint } from './view/chat-endpoint.ts';
import { ChatPage } from './view/chat-page.tsx';

export function App({ endpoint, session }: { endpoint: ChatEndpoint; session: SessionStore }) {
  const { token } = useSyncExternalStore(session.subscribe, session.get);
  return token === null ? (
    <SignIn endpoint={endpoint} session={session} />
  ) : (
    <ChatPage key={token} endpoint={endpoint} session={session} />
  );
}
