import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createSessionStore } from './session/session-store.ts';
import { chatEndpoint } from './view/chat-endpoint.ts';

const page = new URL(location.href);
// `?as=ada` keeps a session of its own, so that two windows of one browser can be two people.
const session = createSessionStore(() => localStorage, page.searchParams.get('as') ?? '');
const root = document.querySelector('#root');

if (root) {
  createRoot(root).render(
    <StrictMode>
      <App endpoint={chatEndpoint(page)} session={session} />
    </StrictMode>,
  );
}
