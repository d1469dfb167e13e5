import type { User } from '@folkmoot/contract';
import { createChatClient } from '@folkmoot/client';

export type SignedIn = { ownUser: User; token: string };

/** With a token, or else as a new guest of that name. Throws the server's refusal. */
export async function signIn({ url, token, name }: { url: string; token?: string; name: string }): Promise<SignedIn> {
  const { trpc, close } = createChatClient({ url, getToken: () => token });
  try {
    if (token === undefined) {
      const guest = await trpc.auth.guest.mutate({ name });
      return { ownUser: guest.user, token: guest.token };
    }
    const { role: _role, ...ownUser } = await trpc.auth.me.query();
    return { ownUser, token };
  } finally {
    await close();
  }
}
