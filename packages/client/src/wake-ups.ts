/** Calls back when the network has returned or the page is seen again. Returns what ends it. */
export type WatchWakeUps = (wake: (why: 'online' | 'visible') => void) => () => void;

/** By the events of a page; where there is no page, as in Node, nothing ever wakes. */
export const watchPageWakeUps: WatchWakeUps = (wake) => {
  const { window, document } = globalThis;
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
  const onOnline = (): void => wake('online');
  const onVisibility = (): void => {
    if (document.visibilityState === 'visible') wake('visible');
  };
  window.addEventListener('online', onOnline);
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    window.removeEventListener('online', onOnline);
    document.removeEventListener('visibilitychange', onVisibility);
  };
};
