import type { Clock } from '../clock.ts';

export type FakeClock = Clock & {
  /** Moves time forward and runs the timers that fall due, in order of time. */
  advance(byMs: number): void;
  /** Timers that are set: 0 when everything that a test started has ended. */
  readonly pending: number;
};

export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  const timers = new Set<{ at: number; run: () => void }>();

  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { at: nowMs + delayMs, run };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= untilMs).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.at);
        next.run();
      }
      nowMs = untilMs;
    },
    get pending() {
      return timers.size;
    },
  };
}
