import type { Message, MessageStreamEvent } from '@folkmoot/contract';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientHistory, SeenMessage, StreamItem } from '../check/client-history.ts';
import { epochOf } from '../check/fold-history.ts';
import { withinTime } from '../waiting.ts';
import type { StockTrpcClient } from './stock-trpc-client.ts';

const pageTimeoutMs = 15_000;
const pauseMs = 200;

export type FollowedStream = {
  /** The last position that came. */
  position(): string | undefined;
  /** Whether no page is being read that it has to fold into what it holds. */
  isFolded(): boolean;
  stop(): Promise<void>;
};

export type FollowStreamOptions = {
  chat: StockTrpcClient['chat'];
  room: string;
  history: ClientHistory;
  /** Reads the page first and subscribes from its position (R3), or subscribes first and reads once it is `ready` (R7). */
  start: 'page first' | 'stream first';
};

/** Follows a room as a stock client does, and writes down all that comes. Resolves when the stream is up. */
export async function followStream({ chat, room, history, start }: FollowStreamOptions): Promise<FollowedStream> {
  const started = Promise.withResolvers<void>();
  const pages = new Set<Promise<void>>();
  let position: string | undefined;
  let isStopped = false;

  function note(item: StreamItem): void {
    history.stream.push(item);
    if (item.kind === 'page') return;
    position = item.position;
    const outage = history.outages.at(-1);
    if (outage && outage.toMs === undefined) outage.toMs = item.atMs;
  }

  /** A page of the log that the stream is of: what is read while a restore is under way may be of the one before. */
  async function readPage(epoch?: string): Promise<string> {
    for (;;) {
      try {
        const page = await withinTime(pageTimeoutMs, async (signal) =>
          chat.history.query({ room, limit: 100 }, { signal }),
        );
        if (epoch === undefined || epochOf(page.position) === epoch) {
          const messages = page.messages.map(toSeenMessage);
          note({
            kind: 'page',
            atMs: Date.now(),
            position: page.position,
            messages,
            isWhole: page.nextCursor === null,
          });
          return page.position;
        }
      } catch {
        // Whatever it is, it is tried again for as long as somebody waits for it.
      }
      if (isStopped) throw new Error('It has left.');
      await sleep(pauseMs);
    }
  }

  function refold(from: string): void {
    const reading = readPage(epochOf(from)).then(
      () => {
        pages.delete(reading);
      },
      (error: unknown) => {
        pages.delete(reading);
        if (!isStopped) history.complaints.push(`it cannot read the room: ${String(error)}`);
      },
    );
    pages.add(reading);
  }

  function take(id: string, event: MessageStreamEvent): void {
    const atMs = Date.now();
    if (id !== event.position) history.complaints.push(`the event at ${event.position} has the id ${id}`);
    started.resolve();
    if (event.type === 'ready' || event.type === 'reset') {
      note({ kind: event.type, atMs, position: id });
      refold(id);
      return;
    }
    const message = 'message' in event ? { message: toSeenMessage(event.message) } : {};
    note({ kind: 'event', atMs, position: id, type: event.type, ...message });
  }

  const from = start === 'page first' ? await readPage() : undefined;
  if (from !== undefined) note({ kind: 'subscribed', atMs: Date.now(), position: from });
  const subscription = chat.message.subscribe(
    { room, ...(from === undefined ? {} : { lastEventId: from }) },
    {
      onData: ({ id, data }) => take(id, data),
      onStarted: () => {
        if (from !== undefined) started.resolve();
      },
      onConnectionStateChange({ state, error }) {
        const last = history.outages.at(-1);
        const isOut = last !== undefined && last.toMs === undefined;
        if (state === 'connecting' && error && !isOut && !isStopped) history.outages.push({ fromMs: Date.now() });
      },
      onError: (error) => history.complaints.push(`the stream failed: ${error.message}`),
      onComplete() {
        if (!isStopped) history.complaints.push('the stream ended');
      },
    },
  );
  await started.promise;
  return {
    position: () => position,
    isFolded: () => pages.size === 0,
    async stop() {
      isStopped = true;
      await Promise.all(pages);
      subscription.unsubscribe();
    },
  };
}

export function toSeenMessage(message: Message): SeenMessage {
  return {
    id: message.id,
    seq: message.seq,
    version: message.version,
    userId: message.userId,
    clientMessageId: message.clientMessageId,
    text: message.message,
    isDeleted: message.isDeleted,
    createdAtMs: message.createdAt.getTime(),
  };
}
