import { describe, expect, it } from 'vitest';
import { type ConnectionSigns, judgeConnection, watchIntervalMs } from './connection-watch.ts';
import { webSocketLimits } from './web-socket-limits.ts';

const quiet: ConnectionSigns = {
  openedAt: 0,
  lastHeardAt: 0,
  lastAskedAt: 0,
  quietPingAt: undefined,
  awaitsParams: false,
  isAnonymous: false,
  stalledSince: undefined,
  bytesBeforeAnswer: 0,
};
const judge = (signs: Partial<ConnectionSigns>, now: number) =>
  judgeConnection({ ...quiet, ...signs }, webSocketLimits, now);

describe('a connection', () => {
  it.each<[string, Partial<ConnectionSigns>, number, ReturnType<typeof judgeConnection>]>([
    ['has 10 s for its connectionParams', { awaitsParams: true }, 9_999, undefined],
    ['is closed when they have not come by then', { awaitsParams: true }, 10_000, 'connectionParamsMissing'],
    ['without credentials may ask for nothing for 60 s', { isAnonymous: true, lastHeardAt: 59_000 }, 59_999, undefined],
    ['is closed after that', { isAnonymous: true, lastHeardAt: 59_000 }, 60_000, 'anonymousIdle'],
    ['with credentials may, for ever', { lastHeardAt: 99_000 }, 100_000, undefined],
    ['is asked whether it is there after 25 s of silence', {}, 25_000, 'ping'],
    ['is not asked twice', { quietPingAt: 25_000 }, 54_999, undefined],
    ['is not asked while another PING waits for its answer', { stalledSince: 20_000 }, 49_999, undefined],
    [
      'is closed when nothing was heard for 30 s after that: a dead peer is noticed in 60',
      { quietPingAt: 25_000 },
      55_000,
      'noPong',
    ],
    [
      'that leaves a PING unanswered for 30 s is closed, however much it says else',
      { stalledSince: 10_000, lastHeardAt: 39_000 },
      40_000,
      'noPong',
    ],
    [
      'has longer for a PING behind 1 MB',
      { stalledSince: 0, bytesBeforeAnswer: 1_000_000, lastHeardAt: 124_000 },
      124_999,
      undefined,
    ],
    [
      'has as long for that as a reader of 8 KB/s takes',
      { stalledSince: 0, bytesBeforeAnswer: 1_000_000 },
      125_000,
      'noPong',
    ],
    ['has no longer for a PING behind 64 KiB', { stalledSince: 0, bytesBeforeAnswer: 65_536 }, 30_000, 'noPong'],
  ])('%s (A5, T3)', (...[, signs, now, expected]) => {
    expect(judge(signs, now)).toBe(expected);
  });

  it('is looked at once a second, and more often where a limit is shorter, whatever the other limits are', () => {
    expect(watchIntervalMs(webSocketLimits)).toBe(1_000);
    expect(watchIntervalMs({ ...webSocketLimits, pingAfterMs: 500 })).toBe(250);
    expect(watchIntervalMs({ ...webSocketLimits, pingAfterMs: 1 })).toBe(10);
  });
});
