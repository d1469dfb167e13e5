import { useSyncExternalStore } from 'react';

export type Route = 'chat' | 'statistics';

/** Where a link leads to. */
export const hrefOf = (route: Route): string => `#${route}`;

/** The part of the page that the address names; the browser's back and forward change it. */
export function useRoute(): Route {
  return useSyncExternalStore(onHashChange, readRoute);
}

/** Whether somebody may be looking at the page. */
export function useIsPageVisible(): boolean {
  return useSyncExternalStore(onVisibilityChange, () => document.visibilityState === 'visible');
}

/** What the browser knows of the network: without one it is sure. */
export function useIsOnline(): boolean {
  return useSyncExternalStore(onNetworkChange, () => navigator.onLine);
}

function readRoute(): Route {
  return location.hash === hrefOf('statistics') ? 'statistics' : 'chat';
}

function onHashChange(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function onVisibilityChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

function onNetworkChange(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
