import type { CloseReason } from './close-codes.ts';

/** What is looked at of a connection, times in milliseconds of one clock. */
export type ConnectionSigns = {
  openedAt: number;
  lastHeardAt: number;
  /** When it last asked for something; PING and PONG do not. */
  lastAskedAt: number;
  awaitsParams: boolean;
  isAnonymous: boolean;
  /** Since when a PING waits for its answer without any other having come. */
  stalledSince: number | undefined;
};

export type WatchLimits = {
  connectionParamsTimeoutMs: number;
  anonymousIdleMs: number;
  pingAfterMs: number;
  stallTimeoutMs: number;
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
  if (signs.stalledSince !== undefined && now - signs.stalledSince >= limits.stallTimeoutMs) return 'noPong';
  // A PING on its way already asks what a second one would.
  return signs.stalledSince === undefined && now - signs.lastHeardAt >= limits.pingAfterMs ? 'ping' : undefined;
}
