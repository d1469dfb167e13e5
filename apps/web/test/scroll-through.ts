import type { ChatPage } from './chat-page.ts';

export type Scrolling = {
  /** Of all messages that came by, from the first on for as far as they follow on each other without a gap. */
  keys: string[];
  /** What held the page up for 50 ms or longer. */
  longTasksMs: number[];
  /** The most elements that the list had at once. */
  mostElements: number;
  seconds: number;
};

/**
 * Scrolls to the first or to the last message, as fast as older ones come: a screenful and a third in each frame, for the
 * list keeps rows of half a screen around the view.
 */
export async function scrollThrough({ log }: ChatPage, towards: 'first' | 'last'): Promise<Scrolling> {
  const { ids, ...scrolling } = await log.evaluate(async (element, isUp) => {
    const longTasksMs: number[] = [];
    const observer = new PerformanceObserver((tasks) => {
      longTasksMs.push(...tasks.getEntries().map(({ duration }) => Math.round(duration)));
    });
    observer.observe({ type: 'longtask' });
    const startedMs = performance.now();
    /** The message above each. */
    const above = new Map<string, string>();
    let ends = { first: '', last: '' };
    let mostElements = 0;

    const look = (): void => {
      const articles = element.querySelectorAll<HTMLElement>('[data-key]');
      const keys = Array.from(articles, (article) => article.dataset['key'] ?? '');
      for (const [index, key] of keys.entries()) {
        const before = keys[index - 1];
        if (before !== undefined) above.set(key, before);
      }
      ends = { first: keys[0] ?? '', last: keys.at(-1) ?? '' };
      mostElements = Math.max(mostElements, element.querySelectorAll('*').length);
    };
    const isThere = (): boolean =>
      isUp
        ? element.scrollTop === 0 && element.textContent.includes('This is the beginning of the room.')
        : element.scrollTop + element.clientHeight >= element.scrollHeight - 1;

    look();
    const { last } = ends;
    // A list that has arrived is looked at again: what is above may only just have been measured.
    for (let still = 0; still < 5; still = isThere() ? still + 1 : 0) {
      element.scrollBy({ top: (isUp ? -1.3 : 1.3) * element.clientHeight, behavior: 'instant' });
      await new Promise((resolve) => requestAnimationFrame(resolve));
      look();
    }
    longTasksMs.push(...observer.takeRecords().map(({ duration }) => Math.round(duration)));
    observer.disconnect();

    const keys: string[] = [];
    for (let key: string | undefined = isUp ? last : ends.last; key !== undefined; key = above.get(key)) keys.push(key);
    keys.reverse();
    // One string: to hand over a list of so many would be a long task of its own.
    return { ids: keys.join(' '), longTasksMs, mostElements, seconds: (performance.now() - startedMs) / 1000 };
  }, towards === 'first');
  return { ...scrolling, keys: ids.split(' ') };
}
