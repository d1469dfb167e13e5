import { useSyncExternalStore } from 'react';
import { ChatProvider } from '@folkmoot/react';
import { ChatScreen } from './chat/chat-screen.tsx';
import type { ChatEndpoint } from './session/chat-endpoint.ts';
import type { DraftStore } from './session/draft-store.ts';
import type { SessionChat } from './session/session-chat.ts';
import type { SessionStore } from './session/session-store.ts';
import { SignIn } from './session/sign-in.tsx';
import { texts } from './texts.ts';

type AppProps = { endpoint: ChatEndpoint; session: SessionStore; sessionChat: SessionChat; draft: DraftStore };

export function App({ endpoint, session, sessionChat, draft }: AppProps) {
  const signedIn = useSyncExternalStore(sessionChat.subscribe, sessionChat.get);
  if (signedIn === null) return <SignIn endpoint={endpoint} session={session} />;
  if (signedIn === 'signing-in') return <main className="sign-in">{texts.signIn.signingIn}</main>;
  const { chat, ownUser, role } = signedIn;
  return (
    <ChatProvider chat={chat}>
      <ChatScreen
        key={ownUser.id}
        ownUser={ownUser}
        isModerator={role !== 'member'}
        draft={draft}
        onSignOut={() => session.set({ ...session.get(), token: null, user: null })}
      />
    </ChatProvider>
  );
}
