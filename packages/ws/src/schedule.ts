/** Calls back once after a delay in milliseconds and returns what takes that back. A parameter, so that tests own time. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

/** The process's own timers. They do not keep the process alive. */
export const scheduleWithTimers: Schedule = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
};
