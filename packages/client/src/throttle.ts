import type { ClientClock } from './client-clock.ts';

export type Throttle = {
  /** Runs at once, or as soon as the pause after the last run is over; what is asked for in the pause is run once. */
  run(): void;
  close(): void;
};

/** Runs something often asked for, at most once in so many milliseconds. */
export function createThrottle(options: { run: () => void; pauseMs: number; after: ClientClock['after'] }): Throttle {
  let endPause: (() => void) | undefined;
  let isAskedFor = false;

  const run = (): void => {
    isAskedFor = endPause !== undefined;
    if (isAskedFor) return;
    endPause = options.after(options.pauseMs, () => {
      endPause = undefined;
      if (isAskedFor) run();
    });
    options.run();
  };
  return { run, close: () => endPause?.() };
}
