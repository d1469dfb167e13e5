import { TRPCClientError } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { ClientClosedError } from './chat-error.ts';
import type { ChatLink } from './chat-link.ts';

/**
 * How the client's open streams are: `connected` when all of them run, `connecting` while any of them waits for its
 * connection, `idle` when there is none.
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected';

/** The connection's state to look at and to watch, in the shape that React's `useSyncExternalStore` takes. */
export type ConnectionView = {
  get(): ConnectionState;
  /** Calls the listener after each change of state, until the function that it returns is called. */
  subscribe(listener: () => void): () => void;
};

export type StreamTracker = {
  link: ChatLink;
  connection: ConnectionView;
  /** Completes every open stream; from then on each call fails. */
  close(): void;
};

/** Watches every subscription that passes its link, over whichever transport, so that all can be shown and ended. */
export function createStreamTracker(): StreamTracker {
  const streams = new Map<object, { isConnected: boolean; complete: () => void }>();
  const listeners = new Set<() => void>();
  let isClosed = false;
  let state: ConnectionState = 'idle';

  const update = (): void => {
    const all = [...streams.values()];
    const next = all.length === 0 ? 'idle' : all.every((stream) => stream.isConnected) ? 'connected' : 'connecting';
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };

  const link: ChatLink =
    () =>
    ({ op, next }) =>
      observable((observer) => {
        if (isClosed) {
          observer.error(TRPCClientError.from(new ClientClosedError()));
          return;
        }
        if (op.type !== 'subscription') return next(op).subscribe(observer);

        const stream = { isConnected: false, complete: () => observer.complete() };
        streams.set(stream, stream);
        update();
        const subscription = next(op).subscribe({
          next(envelope) {
            if (envelope.result.type === 'state') {
              stream.isConnected = envelope.result.state === 'pending';
              update();
            }
            observer.next(envelope);
          },
          error(error) {
            observer.error(error);
          },
          complete() {
            observer.complete();
          },
        });
        return () => {
          streams.delete(stream);
          update();
          subscription.unsubscribe();
        };
      });

  return {
    link,
    connection: {
      get: () => state,
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    close() {
      isClosed = true;
      for (const stream of streams.values()) stream.complete();
    },
  };
}
