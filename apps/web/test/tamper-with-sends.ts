import type { Page } from 'playwright-core';

/** `hold`: sends vanish on their way. `spoil`: they arrive without their text, and the server refuses them. */
export type Tampering = 'hold' | 'spoil';

/** Stands between a page and its server, and lets everything pass but its sends, over either transport. */
export function tamperWithSends() {
  let tampering: Tampering | null = null;
  const spoil = (call: string): string => call.replaceAll(/"message":"(?:[^"\\]|\\.)*"/g, '"message":" "');
  return {
    async prepare(page: Page): Promise<void> {
      await page.routeWebSocket(/\/trpc/, (toPage) => {
        const toServer = toPage.connectToServer();
        toPage.onMessage((frame) => {
          const text = String(frame);
          if (tampering === null || !text.includes('"chat.send"')) toServer.send(frame);
          else if (tampering === 'spoil') toServer.send(spoil(text));
        });
      });
      await page.route(/\/trpc\/[^?]*chat\.send/, async (route) => {
        if (tampering === null) await route.continue();
        else if (tampering === 'hold') await route.abort();
        else await route.continue({ postData: spoil(route.request().postData() ?? '') });
      });
    },
    start(how: Tampering): void {
      tampering = how;
    },
    stop(): void {
      tampering = null;
    },
  };
}
