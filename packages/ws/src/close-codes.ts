import type { WebSocket } from 'ws';

type CloseCode = { code: number; reason: string; next: string };

/**
 * Every way in which this server ends a socket: the code and reason on the wire, and what the client does next. The
 * stock client reconnects after each of them and resumes its subscriptions from the last event it saw.
 */
export const closeCodes = {
  protocolError: {
    code: 1002,
    reason: 'The frame breaks the WebSocket protocol.',
    next: 'Reconnect and resume. The client is faulty if it happens again.',
  },
  binaryFrame: {
    code: 1003,
    reason: 'Only text frames are understood.',
    next: 'Send JSON in text frames.',
  },
  invalidText: {
    code: 1007,
    reason: 'A text frame is not UTF-8.',
    next: 'Send JSON in UTF-8.',
  },
  tooManyFragments: {
    code: 1008,
    reason: 'The message came in too many pieces.',
    next: 'Send a message in one frame.',
  },
  frameTooBig: {
    code: 1009,
    reason: 'The frame is too big.',
    next: 'Send less in one frame; announce connectionParams in the URL to be allowed more.',
  },
  internalError: {
    code: 1011,
    reason: 'The server failed.',
    next: 'Reconnect with growing delay and resume.',
  },
  serviceRestart: {
    code: 1012,
    reason: 'The server restarts.',
    next: 'Reconnect at once, then with growing delay, and resume.',
  },
  tryAgainLater: {
    code: 1013,
    reason: 'The server cannot serve right now.',
    next: 'Reconnect with growing delay and resume.',
  },
  slowReader: {
    code: 4000,
    reason: 'Too many bytes wait to be read.',
    next: 'Reconnect and resume.',
  },
  noPong: {
    code: 4001,
    reason: 'A PING was not answered.',
    next: 'Reconnect and resume.',
  },
  tokenExpired: {
    code: 4401,
    reason: 'The token has expired.',
    next: 'Get a fresh token, reconnect with it and resume.',
  },
  connectionParamsMissing: {
    code: 4408,
    reason: 'The announced connectionParams did not come.',
    next: 'Reconnect and send connectionParams first, within 10 s.',
  },
  anonymousIdle: {
    code: 4409,
    reason: 'Nothing was asked for.',
    next: 'Reconnect when there is something to ask for, or sign in.',
  },
} as const satisfies Record<string, CloseCode>;

/** The name of one of the {@link closeCodes}. */
export type CloseReason = keyof typeof closeCodes;

/** What a client that does not know a code may conclude from its range. */
export const closeCodeRanges = [
  { from: 1000, to: 1999, next: 'As RFC 6455 says; reconnect with growing delay and resume.' },
  { from: 4000, to: 4099, next: 'Reconnect and resume: the same credentials are good.' },
  { from: 4400, to: 4499, next: 'Reconnect after doing what the reason asks for.' },
] as const;

/** Starts the closing handshake, with the code and reason of the table. */
export function closeWith(socket: WebSocket, why: CloseReason): void {
  const { code, reason } = closeCodes[why];
  socket.close(code, reason);
}
