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
  /** Bytes that wait for a slow reader; over it the socket is closed and the client resumes elsewhere. */
  maxWaitingBytes: 4 * 1024 * 1024,
  maxSocketsPerAddress: 200,
  /** How long a socket that announced connectionParams may take to send them. */
  connectionParamsTimeoutMs: 10_000,
  /** How long a socket without credentials may ask for nothing. */
  anonymousIdleMs: 60_000,
  /** Quiet time after which a PING is sent, and how long its answer may take: a dead peer is noticed within 60 s. */
  pingAfterMs: 25_000,
  pongTimeoutMs: 30_000,
  /** How long a closing handshake may take before the connection is cut. */
  closeTimeoutMs: 5_000,
} as const;
