import type { ChatPage } from './chat-page.ts';

export type PlaceOptions = {
  /** So many older pages are waited for. */
  pages: number;
  /** Scrolls up by so much in each frame; 0 is a reader who has come near the top and reads. */
  stepPx: number;
};

/**
 * Watches a message in view while older pages arrive above it. Gives, for each frame that was painted, by how many
 * pixels it moved other than by scrolling: up to one step down in each frame, and never up.
 */
export async function watchPlace({ log }: ChatPage, options: PlaceOptions): Promise<number[]> {
  return log.evaluate(async (element, { pages, stepPx }) => {
    const painted = async (): Promise<void> => {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener('message', () => resolve());
        port1.start();
        port2.postMessage(null);
      });
    };
    const pickInView = (): HTMLElement | undefined => {
      const view = element.getBoundingClientRect();
      return Array.from(element.querySelectorAll<HTMLElement>('[data-key]')).find(
        (article) => article.getBoundingClientRect().top > view.top + view.height / 3,
      );
    };
    const find = (key: string): Element | null => element.querySelector(`[data-key="${key}"]`);
    const firstKey = (): string | undefined => element.querySelector<HTMLElement>('[data-key]')?.dataset['key'];

    const jumps: number[] = [];
    for (let page = 0; page < pages; page++) {
      // A page that has just been loaded may still be going to its end, and takes no notice.
      for (let attempt = 0; attempt < 50; attempt++) {
        element.scrollTo({ top: 400, behavior: 'instant' });
        for (let frame = 0; frame < 3; frame++) await painted();
        if (element.scrollTop < 1_000) break;
      }
      const heightBefore = element.scrollHeight;
      const key = pickInView()?.dataset['key'] ?? firstKey() ?? '';
      const start = find(key)?.getBoundingClientRect().top ?? 0;
      let [before, steps, framesAfter] = [start, 0, 0];
      // Until it has come, and a little longer: what has come is measured and may still move.
      while (framesAfter < 20) {
        if (stepPx > 0) {
          element.scrollBy({ top: -stepPx, behavior: 'instant' });
          steps++;
        }
        await painted();
        const now = find(key)?.getBoundingClientRect().top;
        if (now === undefined) break;
        // A step may get lost when a page arrives in the same frame; it must not be made up for by a jump.
        const least = Math.min(now - start, now - before, 0);
        const most = Math.max(now - start - steps * stepPx, now - before - stepPx, 0);
        jumps.push(Math.round(Math.max(most, -least) * 10) / 10);
        before = now;
        if (element.scrollHeight > heightBefore + 500) framesAfter++;
      }
    }
    return jumps;
  }, options);
}
