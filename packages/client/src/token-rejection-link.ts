import { observable, tap } from '@trpc/server/observable';
import { toChatError } from './chat-error.ts';
import type { ChatLink } from './chat-link.ts';

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
