import type { Clock } from '@folkmoot/api';

/** Timers of Node cannot be longer than about 24 days, and tokens of guests live 30. */
const longestWaitMs = 24 * 60 * 60 * 1000;

/** Calls back at a moment, at once when it has passed; returns what takes that back. */
export function atTime(clock: Clock, momentMs: number, run: () => void): () => void {
  let cancel = () => {};
  const wait = () => {
    const leftMs = momentMs - clock.now();
    if (leftMs <= 0) run();
    else cancel = clock.after(Math.min(leftMs, longestWaitMs), wait);
  };
  wait();
  return () => cancel();
}
