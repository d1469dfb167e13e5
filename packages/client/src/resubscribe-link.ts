import type { Operation } from '@trpc/client';
import { type Unsubscribable, observable } from '@trpc/server/observable';
import type { Backoff } from './backoff.ts';
import { canRepeat, toChatError } from './chat-error.ts';
import type { ChatLink } from './chat-link.ts';

/**
 * Subscribes again, from the last tracked id (R5), when a stream fails for a reason that passes: over WebSocket tRPC
 * ends a subscription for good on any error, also on "the database is away". Other errors reach the caller.
 */
export function resubscribeLink(createBackoff: () => Backoff): ChatLink {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const backoff = createBackoff();
        let lastEventId: string | undefined;
        let subscription: Unsubscribable | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        let isOver = false;

        const subscribe = (): void => {
          let failedAtOnce = false;
          const current = next(resumed(op, lastEventId)).subscribe({
            next(envelope) {
              const { result } = envelope;
              if ((result.type === undefined || result.type === 'data') && result.id !== undefined) {
                lastEventId = result.id;
              }
              observer.next(envelope);
            },
            error(error) {
              if (isOver) return;
              if (!canRepeat(error)) {
                observer.error(error);
                return;
              }
              failedAtOnce = true;
              subscription = undefined;
              observer.next({ result: { type: 'state', state: 'connecting', error } });
              timer = setTimeout(subscribe, Math.max(toChatError(error)?.retryAfterMs ?? 0, backoff.nextDelayMs()));
            },
            complete() {
              observer.complete();
            },
          });
          if (isOver) current.unsubscribe();
          else if (!failedAtOnce) subscription = current;
        };

        subscribe();
        return () => {
          isOver = true;
          clearTimeout(timer);
          subscription?.unsubscribe();
        };
      });
}

function resumed(op: Operation, lastEventId: string | undefined): Operation {
  if (lastEventId === undefined) return op;
  const input = typeof op.input === 'object' ? op.input : undefined;
  return { ...op, input: { ...input, lastEventId } };
}
