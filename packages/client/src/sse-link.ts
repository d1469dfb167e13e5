import type { FolkmootRouter } from '@folkmoot/api';
import { httpSubscriptionLink } from '@trpc/client';
import type { EventSourceConstructor } from 'eventsource';
import superjson from 'superjson';
import { type EventStreamFetchOptions, createEventStreamFetch } from './event-stream-fetch.ts';
import type { ChatLink } from './chat-link.ts';
import { lazyLink } from './lazy-link.ts';
import type { Backoff } from './backoff.ts';

export type SseLinkOptions = Omit<EventStreamFetchOptions, 'backoff'> & {
  url: string;
  /** Instead of the `eventsource` package; it must take a `fetch` of ours, which the browsers' own does not. */
  EventSource?: EventSourceConstructor | undefined;
  createBackoff: () => Backoff;
};

/**
 * Subscriptions over Server-Sent Events. The `eventsource` package is loaded with the first of them: it can send an
 * Authorization header, so that the token is in no URL (A3).
 */
export function sseLink(options: SseLinkOptions): ChatLink {
  return lazyLink(async () => {
    const EventSource = options.EventSource ?? (await import('eventsource')).EventSource;
    return httpSubscriptionLink<FolkmootRouter, EventSourceConstructor>({
      url: options.url,
      transformer: superjson,
      EventSource,
      eventSourceOptions: () => ({
        fetch: createEventStreamFetch({
          fetch: options.fetch,
          authorization: options.authorization,
          backoff: options.createBackoff(),
        }),
      }),
    });
  });
}
