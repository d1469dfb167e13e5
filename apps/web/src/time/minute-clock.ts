import { useSyncExternalStore } from 'react';

const tickMs = 20_000;

/** One timer for all the times on the page, running only while somebody reads them. */
function createMinuteClock() {
  const listeners = new Set<() => void>();
  let nowMs = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = (): void => {
    nowMs = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    now: (): number => nowMs,
    subscribe(listener: () => void) {
      listeners.add(listener);
      if (timer === undefined) {
        nowMs = Date.now();
        timer = setInterval(tick, tickMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}

const minuteClock = createMinuteClock();

/**
 * What follows from the time, such as "5 min. ago": rendered anew only when it changes.
 *
 * @param read gives a primitive value
 */
export function useOverTime<Value extends string | number | boolean>(read: (nowMs: number) => Value): Value {
  return useSyncExternalStore(minuteClock.subscribe, () => read(minuteClock.now()));
}
