import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { chatEndpoint } from './session/chat-endpoint.ts';
import { createDraftStore } from './session/draft-store.ts';
import { createSessionChat } from './session/session-chat.ts';
import { createSessionStore } from './session/session-store.ts';
import { locale } from './texts.ts';

const page = new URL(location.href);
// `?as=ann` keeps a session of its own, so that two windows of one browser can be two people.
const slot = page.searchParams.get('as') ?? '';
const endpoint = chatEndpoint(page);
const session = createSessionStore(() => localStorage, slot);
const draft = createDraftStore(() => sessionStorage, slot);
const sessionChat = createSessionChat({
  endpoint,
  session,
  storage: findLocalStorage(),
  after: (ms, run) => setTimeout(run, ms),
});
addEventListener('storage', session.reload);
document.documentElement.lang = locale;

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App endpoint={endpoint} session={session} sessionChat={sessionChat} draft={draft} />
    </StrictMode>,
  );
}

/** Undefined where the browser forbids it. */
function findLocalStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
