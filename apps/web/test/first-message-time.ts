import type { Page } from 'playwright-core';

/** Prepares a page to note when its first message is painted. */
export async function noteFirstMessage(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const note = (): void => {
      const message = document.querySelector('[role=log] [data-key] .message-text');
      if (!message || message.getBoundingClientRect().height === 0) return;
      observer.disconnect();
      // A frame begins, and a task after it: by then it is on the screen.
      requestAnimationFrame(() => {
        setTimeout(() => performance.mark('first-message'));
      });
    };
    const observer = new MutationObserver(note);
    observer.observe(document, { childList: true, subtree: true });
  });
}

/** How long after the navigation began the first message was on the screen. */
export async function firstMessageMs(page: Page): Promise<number> {
  const mark = await page.waitForFunction(() => performance.getEntriesByName('first-message')[0]?.startTime);
  return Math.round(Number(await mark.jsonValue()));
}
