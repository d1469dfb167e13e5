import type { ChatErrorCode, Retryable } from '@folkmoot/contract';

/** Why a call failed, as plain data: to be shown, kept in storage and compared. */
export type ChatFailure = {
  /** Of the catalogue (S7), or null where the chat gave none: no answer came, or the host's own code refused. */
  code: ChatErrorCode | null;
  retryable: Retryable;
  /** A sentence for people. */
  message: string;
};
