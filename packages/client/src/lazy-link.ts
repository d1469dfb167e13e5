import { TRPCClientError } from '@trpc/client';
import { type Unsubscribable, observable } from '@trpc/server/observable';
import type { ChatLink, ChatOperationLink } from './chat-link.ts';

/** A link that is loaded when the first operation needs it; a load that fails is tried again by the next operation. */
export function lazyLink(load: () => Promise<ChatLink>): ChatLink {
  return (runtime) => {
    let loading: Promise<ChatOperationLink> | undefined;

    const loadOnce = (): Promise<ChatOperationLink> => {
      loading ??= load().then(
        (link) => link(runtime),
        (error: unknown) => {
          loading = undefined;
          throw error;
        },
      );
      return loading;
    };

    return (call) =>
      observable((observer) => {
        let subscription: Unsubscribable | undefined;
        let isOver = false;
        const start = async (): Promise<void> => {
          const link = await loadOnce();
          if (!isOver) subscription = link(call).subscribe(observer);
        };
        start().catch((error: unknown) => {
          observer.error(TRPCClientError.from(error instanceof Error ? error : new Error(String(error))));
        });
        return () => {
          isOver = true;
          subscription?.unsubscribe();
        };
      });
  };
}
