import type { ChatErrorCode, Retryable } from '@folkmoot/contract';
import { ChatError } from './chat-error.ts';

/** Why a call failed, as plain data: to be shown, kept in storage and compared. */
export type ChatFailure = {
  /** Of the catalogue (S7), or null where the chat gave none: no answer came, or the host's own code refused. */
  code: ChatErrorCode | null;
  retryable: Retryable;
  /** A sentence for people. */
  message: string;
};

export function toChatFailure(error: unknown): ChatFailure {
  const { code, retryable, message } = ChatError.from(error);
  return { code, retryable, message };
}
