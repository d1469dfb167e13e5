import type { Message } from '@folkmoot/contract';
import type { StockClient } from './start-test-server.ts';

/** Every message of a room, oldest first, and the position of the newest page: what a fresh visitor would know (R3). */
export async function readRoom(
  { trpc }: Pick<StockClient, 'trpc'>,
  room?: string,
): Promise<{ messages: Message[]; position: string }> {
  const { messages, nextCursor, position } = await trpc.chat.history.query({ room, limit: 100 });
  for (let cursor = nextCursor; cursor !== null;) {
    const page = await trpc.chat.history.query({ room, limit: 100, cursor });
    messages.unshift(...page.messages);
    cursor = page.nextCursor;
  }
  return { messages, position };
}
