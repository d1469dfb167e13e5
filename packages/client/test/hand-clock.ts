import type { ClientClock } from '../src/client-clock.ts';

/** A clock that stands still until it is turned; what is due runs in order, and promises settle in between. */
export function createHandClock(random: () => number = () => 0.5): ClientClock & { turn(ms: number): Promise<void> } {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];

  return {
    now: () => now,
    random,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async turn(ms) {
      const end = now + ms;
      for (;;) {
        await settled();
        const due = timers.toSorted((a, b) => a.at - b.at)[0];
        if (due === undefined || due.at > end) break;
        timers = timers.filter((timer) => timer !== due);
        now = due.at;
        due.run();
      }
      now = end;
    },
  };
}

/** Lets every promise that can settle by itself do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
