import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChatPage, type ChatPage } from './chat-page.ts';
import { launchChromium } from './launch-chromium.ts';
import { startChatSite, type ChatSite } from './start-chat-site.ts';

export type PageOptions = {
  /** Default: {@link ChatSite.url}. */
  url?: string;
  /** Default: a browser profile of its own, that is, another person. */
  context?: BrowserContext;
  /** Shapes the page before it is led to the chat. */
  prepare?: (page: Page) => Promise<void>;
};

/** A site and a browser, for the tests of one file. */
export type Stage = {
  site: ChatSite;
  browser: Browser;
  /** Leads a page to the chat, where nobody is signed in but by the context. */
  open: (options?: PageOptions) => Promise<ChatPage>;
  /** The same, and signs in. */
  join: (name: string, options?: PageOptions) => Promise<ChatPage>;
  /** Closes all pages. Throws for what any of them had to complain about. */
  clear: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

export async function openStage(executablePath: string | undefined): Promise<Stage> {
  const [site, browser] = await Promise.all([startChatSite(), launchChromium(executablePath)]);
  let pages: ChatPage[] = [];

  async function open({ url = site.url, context, prepare }: PageOptions = {}): Promise<ChatPage> {
    const opened = await openChatPage(context ?? (await browser.newContext()), url, prepare);
    pages.push(opened);
    return opened;
  }
  return {
    site,
    browser,
    open,
    async join(name, options) {
      const opened = await open(options);
      await opened.join(name);
      return opened;
    },
    async clear() {
      const left = pages.filter(({ page }) => !page.isClosed());
      pages = [];
      const complaints = await Promise.all(left.map(async (chat) => chat.complaints()));
      await Promise.all(browser.contexts().map(async (context) => context.close()));
      if (complaints.flat().length > 0)
        throw new Error(`A page has done what none may:\n${complaints.flat().join('\n')}`);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await site[Symbol.asyncDispose]();
    },
  };
}
