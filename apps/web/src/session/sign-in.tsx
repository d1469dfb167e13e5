import { createChatClient, isConnectionError } from '@folkmoot/client';
import { cleanDisplayName, limits } from '@folkmoot/contract';
import { type SyntheticEvent, useEffect, useState } from 'react';
import { texts } from '../texts.ts';
import type { ChatEndpoint } from './chat-endpoint.ts';
import type { SessionStore } from './session-store.ts';

/** Asks for a name and signs in as a guest. */
export function SignIn({ endpoint, session }: { endpoint: ChatEndpoint; session: SessionStore }) {
  const [name, setName] = useState(session.get().name);
  const [problem, setProblem] = useState<string | null>(null);
  const [isJoining, setIsJoining] = useState(false);

  useEffect(() => {
    document.title = texts.title.signIn;
  }, []);

  const join = async (): Promise<void> => {
    if (cleanDisplayName(name) === undefined) {
      setProblem(texts.signIn.nameMissing);
      return;
    }
    setIsJoining(true);
    setProblem(null);
    // Plain calls: this works where there are no WebSockets, too.
    const client = createChatClient({ url: endpoint.url, transport: 'sse', getToken: () => session.get().token });
    try {
      const { token, user } = await client.trpc.auth.guest.mutate({ name });
      session.set({ name: user.name, token, user });
    } catch (error) {
      setProblem(toProblem(error));
      setIsJoining(false);
    } finally {
      await client.close();
    }
  };
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    join().catch(() => undefined);
  };

  return (
    <main className="sign-in">
      <form onSubmit={onSubmit} noValidate>
        <p className="sign-in-brand">
          <img src="/favicon.svg" alt="" width="36" height="36" />
          {texts.brand}
        </p>
        <h1>{texts.signIn.heading}</h1>
        <p className="intro">{texts.signIn.intro}</p>
        <label htmlFor="name">{texts.signIn.name}</label>
        <input
          id="name"
          name="name"
          dir="auto"
          autoComplete="nickname"
          autoFocus
          // It counts UTF-16 units; what is still too long is cut by the server.
          maxLength={2 * limits.displayNameCodePoints}
          value={name}
          aria-invalid={problem !== null}
          aria-describedby="name-problem"
          onChange={(event) => setName(event.target.value)}
        />
        <p id="name-problem" className="field-problem" role="alert">
          {problem}
        </p>
        <button type="submit" className="primary" disabled={isJoining}>
          {isJoining ? texts.signIn.joining : texts.signIn.join}
        </button>
      </form>
    </main>
  );
}

function toProblem(error: unknown): string {
  if (isConnectionError(error)) return texts.signIn.unreachable;
  return error instanceof Error ? error.message : texts.signIn.failed;
}
