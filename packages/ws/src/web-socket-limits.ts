/** What one socket may cost (A5, A6, T3). Bytes and milliseconds; every value can be changed by an option. */
export const webSocketLimits = {
  /** One frame on a socket that announces credentials. */
  maxFrameBytes: 1024 * 1024,
  /** One frame on a socket whose URL announces none. */
  maxAnonymousFrameBytes: 16 * 1024,
  /** Pieces that one message may come in. */
  maxFragments: 64,
  /** Chunks of an unfinished frame that are kept. */
  maxBufferedChunks: 1024,
  /** Calls in one frame. A stock client re-sends all its subscriptions in one. */
  maxBatchSize: 128,
  /** Subscriptions of one connection; one more is BAD_REQUEST under its id. */
  maxSubscriptions: 96,
  /** Calls of one connection under way, and calls that wait for those; one more is TOO_MANY_REQUESTS. */
  maxCallsInFlight: 32,
  maxCallsWaiting: 256,
  /** The longest request id, where it is a string. */
  maxIdBytes: 64,
  /** A PING follows after so many bytes, to learn how far the client has read (R9). */
  pingEveryBytes: 64 * 1024,
  /** With more than this unread nothing more is pushed to a client; it goes on from its place when it has read. */
  maxUnreadBytes: 256 * 1024,
  /** With more than this unread, answers of its own calls included, the socket is closed; one longer answer is given all the same. */
  maxWaitingBytes: 4 * 1024 * 1024,
  /** How long a client may leave a PING unanswered. */
  stallTimeoutMs: 30_000,
  /** The slowest reader that is waited for, where more than it could read in that time stands before the PING. */
  minReadBytesPerSecond: 8_000,
  maxSocketsPerAddress: 200,
  /** How long a socket that announced connectionParams may take to send them. */
  connectionParamsTimeoutMs: 10_000,
  /** How long a socket without credentials may ask for nothing. */
  anonymousIdleMs: 60_000,
  /** Quiet time after which a PING is sent. */
  pingAfterMs: 25_000,
  /** How long nothing at all may be heard after that; so a dead peer is noticed within 60 s. */
  pongWaitMs: 30_000,
  /** How long a closing handshake may take before the connection is cut. */
  closeTimeoutMs: 5_000,
} as const;

export type WebSocketLimits = Record<keyof typeof webSocketLimits, number>;
/** Those that hold for a connection once it is open. */
export type ConnectionLimits = Omit<WebSocketLimits, 'maxSocketsPerAddress'>;
