import { type ChatErrorCode, type ChatErrorData, type Retryable, isChatErrorCode } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';

/**
 * What the chat says about a failed call (S7), or undefined when the failure is none of the catalogue's: the
 * connection was lost, the client was closed, or a host's own code refused.
 *
 * @example
 * try {
 *   await chat.trpc.chat.send.mutate({ message });
 * } catch (error) {
 *   if (toChatError(error)?.code === 'MESSAGE_TOO_LONG') showHint();
 * }
 */
export function toChatError(error: unknown): ChatErrorData | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data: unknown = error.data;
  if (typeof data !== 'object' || data === null || !('chat' in data)) return undefined;
  const { chat } = data;
  if (typeof chat !== 'object' || chat === null || !('code' in chat) || !isChatErrorCode(chat.code)) return undefined;
  const retryable = 'retryable' in chat ? chat.retryable : 'no';
  if (retryable !== 'yes' && retryable !== 'with-client-message-id' && retryable !== 'no') return undefined;
  const retryAfterMs = 'retryAfterMs' in chat ? chat.retryAfterMs : undefined;
  return { code: chat.code, retryable, ...(typeof retryAfterMs === 'number' && { retryAfterMs }) };
}

/**
 * Whether a call failed without any answer of the server: the connection was lost or never came about. A mutation may
 * have taken effect all the same, so repeat a `send` only with the same `clientMessageId` (S2).
 */
export function isConnectionError(error: unknown): boolean {
  return error instanceof TRPCClientError && error.shape == null && !(error.cause instanceof ClientClosedError);
}

/** Whether the same call, with the same `clientMessageId` if it is a `send`, may succeed later. */
export function canRepeat(error: unknown): boolean {
  const chat = toChatError(error);
  return chat ? chat.retryable !== 'no' : isConnectionError(error);
}

/** Why a call on a closed client fails; no repeat of it ever succeeds. */
export class ClientClosedError extends Error {
  override readonly name = 'ClientClosedError';
  constructor() {
    super('Cannot call: the chat client is closed.');
  }
}

/**
 * Any failure of a call, with the catalogue's code where the chat gave one (S7): null when no answer came, the client was
 * closed, or a host's own code refused. `cause` is the failure itself, `message` a sentence for people.
 */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: ChatErrorCode | null;
  /** 'with-client-message-id' when no answer came: it may have happened (S2). */
  readonly retryable: Retryable;
  /** How long to wait before a repeat, where the server knows; 0 where it does not. */
  readonly retryAfterMs: number;

  private constructor(message: string, cause: unknown, data: Omit<ChatErrorData, 'code'> & Pick<ChatError, 'code'>) {
    super(message, { cause });
    this.code = data.code;
    this.retryable = data.retryable;
    this.retryAfterMs = data.retryAfterMs ?? 0;
  }

  /** No answer came, so it may have happened. */
  static unanswered(cause?: unknown): ChatError {
    const data = { code: null, retryable: 'with-client-message-id' } as const;
    return new ChatError('The server cannot be reached.', cause, data);
  }

  static from(error: unknown): ChatError {
    if (error instanceof ChatError) return error;
    const chat = toChatError(error);
    if (chat) return new ChatError(toSentence(error), error, chat);
    if (isConnectionError(error)) return ChatError.unanswered(error);
    return new ChatError(toSentence(error), error, { code: null, retryable: 'no' });
  }
}

function toSentence(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : 'Something went wrong.';
}
