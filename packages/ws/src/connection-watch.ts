import type { CloseReason } from './close-codes.ts';

/** What is looked at of a connection, times in milliseconds of one clock. */
export type ConnectionSigns = {
  openedAt: number;
  lastHeardAt: number;
  /** When it last asked for something; PING and PONG do not. */
  lastAskedAt: number;
  /** When it was asked whether it is still there, if nothing has been heard since. */
  quietPingAt: number | undefined;
  awaitsParams: boolean;
  isAnonymous: boolean;
  /** Since when a PING waits for its answer without any other having come. */
  stalledSince: number | undefined;
  /** What has to be read before the oldest PING can be answered. */
  bytesBeforeAnswer: number;
};

export type WatchLimits = {
  connectionParamsTimeoutMs: number;
  anonymousIdleMs: number;
  pingAfterMs: number;
  pongWaitMs: number;
  stallTimeoutMs: number;
  minReadBytesPerSecond: number;
};

/** What to do about a connection now. Pure, so that every rule can be read and tested in one place. */
export function judgeConnection(
  signs: ConnectionSigns,
  limits: WatchLimits,
  now: number,
): 'ping' | CloseReason | undefined {
  if (signs.awaitsParams) {
    return now - signs.openedAt >= limits.connectionParamsTimeoutMs ? 'connectionParamsMissing' : undefined;
  }
  if (signs.isAnonymous && now - signs.lastAskedAt >= limits.anonymousIdleMs) return 'anonymousIdle';

  // One long answer to a slow reader takes its time; only who reads slower than slow has stalled (T3).
  const readingMs = (signs.bytesBeforeAnswer / limits.minReadBytesPerSecond) * 1_000;
  const isLate = (sinceMs: number | undefined, waitMs: number): boolean =>
    sinceMs !== undefined && now - sinceMs >= Math.max(waitMs, readingMs);
  if (isLate(signs.stalledSince, limits.stallTimeoutMs) || isLate(signs.quietPingAt, limits.pongWaitMs)) {
    return 'noPong';
  }
  // A PING on its way already asks what a second one would.
  const isAsked = signs.stalledSince !== undefined || signs.quietPingAt !== undefined;
  return !isAsked && now - signs.lastHeardAt >= limits.pingAfterMs ? 'ping' : undefined;
}

/** How often to look: enough for the shortest of the limits to mean what it says. */
export function watchIntervalMs(limits: WatchLimits): number {
  const { connectionParamsTimeoutMs, anonymousIdleMs, pingAfterMs, pongWaitMs, stallTimeoutMs } = limits;
  const shortestMs = Math.min(connectionParamsTimeoutMs, anonymousIdleMs, pingAfterMs, pongWaitMs, stallTimeoutMs);
  return Math.min(1_000, Math.max(10, shortestMs / 2));
}
