import type { MessageStreamEvent } from '@folkmoot/contract';
import type { StockClient } from './start-test-server.ts';

export type CollectedEvent = { id: string; data: MessageStreamEvent };

export type EventCollector = {
  /** Everything that the subscription was given so far. */
  events: readonly CollectedEvent[];
  /** What ended the subscription without being asked to; nothing ever should. */
  failures: readonly unknown[];
  /** The texts of the messages that were received, in the order in which they came. */
  texts: () => string[];
  stop: () => void;
};

/** Follows a room as a stock client does, and keeps what it is given. */
export function collectEvents(
  { trpc }: Pick<StockClient, 'trpc'>,
  input: { room?: string; lastEventId?: string } = {},
): EventCollector {
  const events: CollectedEvent[] = [];
  const failures: unknown[] = [];
  let isStopped = false;
  const stream = trpc.chat.message.subscribe(input, {
    onData: ({ id, data }) => events.push({ id, data }),
    onError: (error) => failures.push(error),
    onComplete() {
      if (!isStopped) failures.push('the stream ended');
    },
  });
  return {
    events,
    failures,
    texts: () => events.flatMap(({ data }) => (data.type === 'message-received' ? [data.message.message] : [])),
    stop() {
      if (isStopped) return;
      isStopped = true;
      stream.unsubscribe();
    },
  };
}
