import { observable, tap } from '@trpc/server/observable';
import { toChatError } from './chat-error.ts';
import type { ChatLink } from './chat-link.ts';

/** Why the server took no token: 'TOKEN_INVALID' asks for another sign-in, 'TOKEN_EXPIRED' for a fresh token (A3). */
export type TokenRejection = 'TOKEN_INVALID' | 'TOKEN_EXPIRED';

/** Reports calls and streams that fail because of the token that they brought; the caller gets the error as well. */
export function tokenRejectionLink(onTokenRejected: (code: TokenRejection) => void): ChatLink {
  return () =>
    ({ op, next }) =>
      observable((observer) =>
        next(op)
          .pipe(
            tap({
              error(error) {
                const code = toChatError(error)?.code;
                if (code === 'TOKEN_INVALID' || code === 'TOKEN_EXPIRED') onTokenRejected(code);
              },
            }),
          )
          .subscribe(observer),
      );
}
