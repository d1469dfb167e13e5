/**
 * Whether a failed call may be made again: 'yes', nothing happened; 'with-client-message-id', it may have happened, so
 * repeat it only with the same `clientMessageId` (edits and deletes may always be repeated); 'no', it would fail again.
 */
export type Retryable = 'yes' | 'with-client-message-id' | 'no';

type CatalogueEntry = {
  /** The tRPC code, which gives the HTTP status. */
  trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'TOO_MANY_REQUESTS'
    | 'INTERNAL_SERVER_ERROR'
    | 'SERVICE_UNAVAILABLE';
  retryable: Retryable;
  /** The sentence that people read. */
  message: string;
};

/** Every refusal that the chat knows (S7). docs/errors.md lists the same, held to it by a test. */
export const errorCatalogue = {
  INVALID_INPUT: { trpc: 'BAD_REQUEST', retryable: 'no', message: 'The input is not valid.' },
  INPUT_TOO_LARGE: {
    trpc: 'PAYLOAD_TOO_LARGE',
    retryable: 'no',
    message: 'The input is larger than 64 KiB or nested too deeply.',
  },
  INVALID_CURSOR: {
    trpc: 'BAD_REQUEST',
    retryable: 'no',
    message: 'The cursor does not belong to this list. Start again without one.',
  },
  MESSAGE_EMPTY: {
    trpc: 'BAD_REQUEST',
    retryable: 'no',
    message: 'Cannot send: the message has no visible character.',
  },
  MESSAGE_TOO_LONG: {
    trpc: 'BAD_REQUEST',
    retryable: 'no',
    message: 'Cannot send: the message is longer than 5000 characters.',
  },
  MESSAGE_HAS_FORBIDDEN_CHARACTERS: {
    trpc: 'BAD_REQUEST',
    retryable: 'no',
    message: 'Cannot send: the message holds control characters or broken Unicode.',
  },
  ROOM_NOT_FOUND: { trpc: 'NOT_FOUND', retryable: 'no', message: 'There is no such room.' },
  MESSAGE_NOT_FOUND: { trpc: 'NOT_FOUND', retryable: 'no', message: 'There is no such message in this room.' },
  MESSAGE_DELETED: { trpc: 'CONFLICT', retryable: 'no', message: 'Cannot edit: the message has been deleted.' },
  NOT_YOUR_MESSAGE: {
    trpc: 'FORBIDDEN',
    retryable: 'no',
    message: 'Only its author may change this message.',
  },
  CLIENT_MESSAGE_ID_REUSED: {
    trpc: 'CONFLICT',
    retryable: 'no',
    message: 'Another message of yours was sent with this clientMessageId already.',
  },
  UNAUTHORIZED: { trpc: 'UNAUTHORIZED', retryable: 'no', message: 'Sign in to do this.' },
  TOKEN_INVALID: {
    trpc: 'UNAUTHORIZED',
    retryable: 'no',
    message: 'The token is not valid. Sign in again.',
  },
  TOKEN_EXPIRED: {
    trpc: 'UNAUTHORIZED',
    retryable: 'no',
    message: 'The token has expired. Sign in again.',
  },
  FORBIDDEN: { trpc: 'FORBIDDEN', retryable: 'no', message: 'You may not do this.' },
  USER_NOT_FOUND: { trpc: 'NOT_FOUND', retryable: 'no', message: 'There is no such user.' },
  BANNED: { trpc: 'FORBIDDEN', retryable: 'no', message: 'You are banned from this room.' },
  GUEST_LOGIN_OFF: {
    trpc: 'FORBIDDEN',
    retryable: 'no',
    message: 'This server has no guest login. Sign in with an account.',
  },
  RATE_LIMITED: {
    trpc: 'TOO_MANY_REQUESTS',
    retryable: 'yes',
    message: 'Too many requests. Wait a moment and try again.',
  },
  TOO_BUSY: {
    trpc: 'SERVICE_UNAVAILABLE',
    retryable: 'yes',
    message: 'The server is too busy right now. Try again in a moment.',
  },
  DATABASE_UNAVAILABLE: {
    trpc: 'SERVICE_UNAVAILABLE',
    retryable: 'yes',
    message: 'The database cannot be reached right now. Nothing was changed; try again in a moment.',
  },
  OUTCOME_UNKNOWN: {
    trpc: 'SERVICE_UNAVAILABLE',
    retryable: 'with-client-message-id',
    message: 'The connection to the database was lost, so this may or may not have happened. Try again.',
  },
  PROCEDURE_NOT_FOUND: { trpc: 'NOT_FOUND', retryable: 'no', message: 'There is no such procedure.' },
  INTERNAL: {
    trpc: 'INTERNAL_SERVER_ERROR',
    retryable: 'with-client-message-id',
    message: 'Something went wrong on the server.',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the {@link errorCatalogue} (S7): docs/errors.md says when each comes. */
export type ChatErrorCode = keyof typeof errorCatalogue;

/** What stands in `error.data.chat` on the wire. `retryAfterMs` tells how long to wait where the server knows. */
export type ChatErrorData = { code: ChatErrorCode; retryable: Retryable; retryAfterMs?: number };

/** Whether a value from elsewhere is a code of this version's catalogue. */
export function isChatErrorCode(code: unknown): code is ChatErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}
