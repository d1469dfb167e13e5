import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';
import type { ClientHistory, SeenMessage, WriteRecord } from '../check/client-history.ts';
import { TimeoutError, withinTime } from '../waiting.ts';
import { toSeenMessage } from './follow-stream.ts';
import type { StockTrpcClient } from './stock-trpc-client.ts';

/** Longer than a node waits for its database (10 s), so that it is the node that says what is wrong where it can. */
const answerWithinMs = 13_000;
const pauseMs = 100;
const refusalSchema = z.object({ chat: z.object({ code: z.string(), retryable: z.string() }) });

export type Write =
  | { kind: 'send'; text: string; clientMessageId?: string }
  | { kind: 'edit'; text: string; of: SeenMessage }
  | { kind: 'delete'; of: SeenMessage };

export type WriteOptions = {
  chat: StockTrpcClient['chat'];
  room: string;
  history: ClientHistory;
  /** From then on a failed try is the last one. */
  hasGivenUp?: () => boolean;
};

/**
 * Writes as our client does it: sends with a `clientMessageId`, and each write again for as long as its failure is a lost
 * connection or one that may be repeated (S2, S7). Everything is noted in the history; nothing is thrown.
 */
export async function writePatiently(write: Write, options: WriteOptions): Promise<WriteRecord> {
  const { chat, room, history, hasGivenUp = () => false } = options;
  const record: WriteRecord = {
    kind: write.kind,
    clientMessageId: (write.kind === 'send' ? write.clientMessageId : write.of.clientMessageId) ?? randomUUID(),
    text: write.kind === 'delete' ? '' : write.text,
    startedAtMs: Date.now(),
    failedTries: [],
  };
  history.writes.push(record);

  async function call(signal: AbortSignal): Promise<Message> {
    const { clientMessageId, text: message } = record;
    if (write.kind === 'send') return chat.send.mutate({ room, message, clientMessageId }, { signal });
    if (write.kind === 'edit') return chat.edit.mutate({ room, messageId: write.of.id, message }, { signal });
    return chat.delete.mutate({ room, messageId: write.of.id }, { signal });
  }
  for (;;) {
    try {
      const message = toSeenMessage(await withinTime(answerWithinMs, call));
      record.answer = { atMs: Date.now(), message };
      return record;
    } catch (error) {
      const { code, mayRepeat } = readFailure(error);
      if (!mayRepeat) record.refusal = code;
      else record.failedTries.push(code);
      if (!mayRepeat || hasGivenUp()) return record;
      await sleep(pauseMs);
    }
  }
}

/** What a failure says of itself; one without a code of ours is a connection that was lost. */
function readFailure(error: unknown): { code: string; mayRepeat: boolean } {
  if (error instanceof TimeoutError) return { code: 'timeout', mayRepeat: true };
  const refusal = refusalSchema.safeParse(error instanceof TRPCClientError ? error.data : undefined);
  if (!refusal.success) return { code: 'connection', mayRepeat: true };
  const { code, retryable } = refusal.data.chat;
  return { code, mayRepeat: retryable !== 'no' };
}
