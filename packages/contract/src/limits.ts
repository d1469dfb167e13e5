/** Sizes and times that both sides of the wire know. Bytes are UTF-8, times are milliseconds. */
export const limits = {
  /** Longest message, in Unicode code points after normalisation (S3). */
  messageCodePoints: 5000,
  /** Longest room slug, in characters. */
  roomSlugLength: 64,
  /** Longest `name` and `username`, in Unicode code points (A9). */
  displayNameCodePoints: 40,
  /** Longest reason of a ban, in characters. */
  banReasonLength: 500,
  /** Messages or events on one page; more is BAD_REQUEST. */
  maxPageSize: 100,
  defaultPageSize: 50,
  /** `page` × `limit` of the numbered pages ends here; cursors have no end. */
  maxNumberedMessages: 10_000,
  /** Longest span of the statistics. */
  maxStatsDays: 365,
  defaultStatsDays: 30,
  /** Longest position that is looked at; a longer one is BAD_REQUEST (R6). */
  positionLength: 200,
  /** A subscriber further behind than this gets `reset` instead of a catch-up (R6). */
  maxCatchUpEvents: 10_000,
  /** One procedure input (A5). */
  inputBytes: 64 * 1024,
  /** Deepest nesting of an input (A8). */
  inputDepth: 32,
  /** One frame or body (A5). */
  frameBytes: 1024 * 1024,
  /** One frame on a socket whose URL announces no credentials (A5). */
  anonymousFrameBytes: 16 * 1024,
  /** Calls in one HTTP batch (A5). */
  httpBatchCalls: 20,
  /** How long someone counts as typing after the last signal (P4). */
  typingExpiryMs: 6_000,
  /** The least time between two typing signals that are relayed (P4). */
  typingThrottleMs: 1_000,
  /** How long a caller of `chat.events` counts as present (P1). */
  pollingPresenceMs: 15_000,
  /** How long someone stays present after the last stream closed (P1). */
  presenceGraceMs: 10_000,
  /** People named one by one in `presence-state`; beyond, `users` is a sample (P3). */
  presenceSampleSize: 200,
} as const;
