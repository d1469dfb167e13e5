import type { Page } from 'playwright-core';

/** Lets a page do all but send: its sends vanish on the way for as long as they are held back, over either transport. */
export function holdBackSends() {
  let isHolding = false;
  return {
    async prepare(page: Page): Promise<void> {
      await page.routeWebSocket(/\/trpc/, (toPage) => {
        const toServer = toPage.connectToServer();
        toPage.onMessage((frame) => {
          if (!isHolding || !String(frame).includes('chat.send')) toServer.send(frame);
        });
      });
      await page.route(/\/trpc\/[^?]*chat\.send/, async (route) => (isHolding ? route.abort() : route.continue()));
    },
    start(): void {
      isHolding = true;
    },
    stop(): void {
      isHolding = false;
    },
  };
}
