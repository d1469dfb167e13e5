import { createChatClient, isConnectionError } from '@folkmoot/client';
import { cleanDisplayName, limits } from '@folkmoot/contract';
import { type SyntheticEvent, useState } from 'react';
import type { ChatEndpoint } from '../view/chat-endpoint.ts';
import type { SessionStore } from './session-store.ts';

/** Asks for a name and signs in as a guest. */
export function SignIn({ endpoint, session }: { endpoint: ChatEndpoint; session: SessionStore }) {
  const [name, setName] = useState(session.get().name);
  const [problem, setProblem] = useState<string | null>(null);
  const [isJoining, setIsJoining] = useState(false);

  const join = async (): Promise<void> => {
    if (cleanDisplayName(name) === undefined) {
      setProblem('Please write a name that people can see.');
      return;
    }
    setIsJoining(true);
    setProblem(null);
    const client = createChatClient({ ...endpoint, getToken: () => session.get().token });
    try {
      const { token, user } = await client.trpc.auth.guest.mutate({ name });
      session.set({ name: user.name, token });
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
      <form onSubmit={onSubmit}>
        <img src="/favicon.svg" alt="" width="56" height="56" />
        <h1>Folkmoot</h1>
        <p>Choose a name and join the conversation.</p>
        <label htmlFor="name">Name</label>
        <input
          id="name"
          data-testid="name-input"
          name="name"
          dir="auto"
          autoComplete="nickname"
          autoFocus
          maxLength={limits.displayNameCodePoints}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {problem !== null && (
          <p className="field-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" className="primary" data-testid="join-button" disabled={isJoining}>
          {isJoining ? 'Joining…' : 'Join as a guest'}
        </button>
      </form>
    </main>
  );
}

function toProblem(error: unknown): string {
  if (isConnectionError(error)) return 'The server cannot be reached. Please try again in a moment.';
  return error instanceof Error ? error.message : 'Something went wrong.';
}
