import type { BrowserContext, Locator, Page } from 'playwright-core';
import { watchComplaints } from './watch-complaints.ts';

export type ShownMessage = { text: string; state: string };

/**
 * The demo page in one tab, by the roles and names that a screen reader has of it. What the page looks like is known
 * here only.
 */
export type ChatPage = {
  page: Page;
  context: BrowserContext;
  log: Locator;
  composer: Locator;
  people: Locator;
  /** The banner that says how the connection is. */
  connection: Locator;
  join: (name: string) => Promise<void>;
  /** Writes at the pace of a person, and sends nothing. */
  type: (text: string) => Promise<void>;
  send: (text: string) => Promise<void>;
  /** The messages that the page holds at the moment, from top to bottom: of a long past only those about the view. */
  messages: () => Promise<ShownMessage[]>;
  texts: () => Promise<string[]>;
  /** What the page knows those messages by: an id, or for one's own what it had before it was sent. */
  keys: () => Promise<string[]>;
  /** The newest message with this text in it. */
  message: (text: string) => Locator;
  edit: (text: string, changed: string) => Promise<void>;
  remove: (text: string) => Promise<void>;
  /** Who is there, as the list has it. */
  names: () => Promise<string[]>;
  /** Whether the page says that everything on it is live. */
  isConnected: () => Promise<boolean>;
  /** Everything that a page must not do: errors, alerts, violations of its policy. */
  complaints: () => Promise<string[]>;
};

/** @param prepare shapes the page before it is led to the chat */
export async function openChatPage(
  context: BrowserContext,
  url: string,
  prepare?: (page: Page) => Promise<void>,
): Promise<ChatPage> {
  const page = await context.newPage();
  const complaints = await watchComplaints(page);
  await prepare?.(page);
  await page.goto(url);
  const log = page.getByRole('log', { name: 'Messages' });
  const composer = page.getByRole('textbox', { name: 'Message', exact: true });
  const people = page.getByRole('list', { name: 'People' });
  // While everything is live it is there but hidden, and has no role.
  const connection = page.locator('[role=status][aria-label=Connection]');
  const message = (text: string) =>
    log
      .getByRole('article')
      .filter({ has: page.locator('.message-text', { hasText: text }) })
      .last();
  const messages = async (): Promise<ShownMessage[]> =>
    log.getByRole('article').evaluateAll((articles) =>
      articles
        .map((article) => ({ article, top: article.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top)
        .map(({ article }) => ({
          text: article.querySelector('.message-text')?.textContent ?? '',
          state: article.getAttribute('data-state') ?? 'sent',
        })),
    );

  return {
    page,
    context,
    log,
    composer,
    people,
    connection,
    async join(name) {
      await page.getByRole('textbox', { name: 'Your name' }).fill(name);
      await page.getByRole('button', { name: 'Join' }).click();
      await composer.waitFor();
    },
    type: async (text) => composer.pressSequentially(text, { delay: 250 }),
    async send(text) {
      await composer.fill(text);
      await composer.press('Enter');
    },
    messages,
    keys: async () =>
      log.locator('[data-key]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key') ?? '')),
    texts: async () => (await messages()).map(({ text }) => text),
    message,
    async edit(text, changed) {
      await message(text).hover();
      await message(text).getByRole('button', { name: 'Edit' }).click();
      const field = log.getByRole('textbox', { name: 'Edit message' });
      await field.fill(changed);
      await field.press('Enter');
    },
    async remove(text) {
      await message(text).hover();
      await message(text).getByRole('button', { name: 'Delete' }).click();
    },
    names: async () => people.getByRole('listitem').locator('.user-name bdi').allTextContents(),
    isConnected: async () => (await connection.textContent()) === '',
    complaints,
  };
}
