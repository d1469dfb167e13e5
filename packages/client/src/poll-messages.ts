import type { EventsPage, MessageStreamEvent } from '@folkmoot/contract';
import { canRepeat } from './chat-error.ts';
import type { ClientClock } from './client-clock.ts';

/** Well within the time that a caller of `chat.events` counts as present (P1). */
const pollMs = 3_000;

export type PollOptions = {
  /** `chat.events`: the events after a position. */
  read: (after: string, signal: AbortSignal) => Promise<EventsPage>;
  after: string;
  clock: ClientClock;
  onEvent: (event: MessageStreamEvent) => void;
  onOpen: () => void;
  /** It failed for a reason that passes. The one who opened it decides what comes next; it does not go on by itself. */
  onFailed: () => void;
  onError: (error: unknown) => void;
};

/** The room's events for networks where nothing streams (T2): asked for every three seconds. Returns what stops it. */
export function pollMessages({ read, clock, ...options }: PollOptions): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  let position = options.after;
  let cancel = (): void => undefined;

  const readOn = async (): Promise<void> => {
    for (;;) {
      const page = await read(position, signal);
      if (signal.aborted) return;
      options.onOpen();
      for (const event of page.events) options.onEvent(event);
      if (page.reset) options.onEvent({ type: 'reset', position: page.position });
      const isAtEnd = page.events.length === 0;
      position = page.position;
      if (isAtEnd || signal.aborted) break;
    }
    // Between three quarters and five quarters of it, so that clients do not fall into step.
    cancel = clock.after(pollMs * (0.75 + clock.random() / 2), poll);
  };
  const poll = (): void => {
    readOn().catch((error: unknown) => {
      if (signal.aborted) return;
      if (canRepeat(error)) options.onFailed();
      else options.onError(error);
    });
  };

  poll();
  return () => {
    stopping.abort();
    cancel();
  };
}
