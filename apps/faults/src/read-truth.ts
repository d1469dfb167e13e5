import type { SeenMessage, Truth } from './check/client-history.ts';
import { epochOf } from './check/fold-history.ts';
import { toSeenMessage } from './clients/follow-stream.ts';
import type { StockTrpcClient } from './clients/stock-trpc-client.ts';

/** Reads a room anew, all its messages and its log. Nobody may be writing. */
export async function readTruth(chat: StockTrpcClient['chat'], room: string): Promise<Truth> {
  const newest = await chat.history.query({ room, limit: 100 });
  const messages: SeenMessage[] = newest.messages.map(toSeenMessage);
  for (let cursor = newest.nextCursor; cursor !== null;) {
    const page = await chat.history.query({ room, limit: 100, cursor });
    messages.unshift(...page.messages.map(toSeenMessage));
    cursor = page.nextCursor;
  }
  const events: Truth['events'] = [];
  for (let after = `${epochOf(newest.position)}.0`; after !== newest.position;) {
    const page = await chat.events.query({ room, after, limit: 100 });
    if (page.reset || page.events.length === 0) throw new Error(`The log of ${room} cannot be read from ${after}.`);
    for (const event of page.events)
      events.push({
        position: event.position,
        type: event.type,
        ...('message' in event && { messageId: event.message.id }),
      });
    after = page.position;
  }
  return { position: newest.position, messages, events };
}
