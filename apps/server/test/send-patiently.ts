import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';
import type { StockClient } from './start-test-server.ts';

const pauseMs = 50;

/**
 * Sends a message as our client does it: with a `clientMessageId`, and again with the same one for as long as the failure
 * is a lost connection or one that may be repeated (S2, S7). Throws what may not be repeated, and what did not come to an
 * end within `patienceMs`.
 */
export async function sendPatiently(
  { trpc }: Pick<StockClient, 'trpc'>,
  input: { room?: string; message: string; clientMessageId?: string },
  { patienceMs = 60_000, onRetry }: { patienceMs?: number; onRetry?: (error: unknown) => void } = {},
): Promise<Message> {
  const clientMessageId = input.clientMessageId ?? randomUUID();
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await trpc.chat.send.mutate({ ...input, clientMessageId });
    } catch (error) {
      if (!mayRepeat(error) || performance.now() > until) throw error;
      onRetry?.(error);
      await sleep(pauseMs);
    }
  }
}

function mayRepeat(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const chat: unknown = error.data?.chat;
  if (typeof chat !== 'object' || chat === null || !('retryable' in chat)) return true;
  return chat.retryable !== 'no';
}
