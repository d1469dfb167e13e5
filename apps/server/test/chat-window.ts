import type { Browser, Locator } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';

export type ShownMessage = { id: string; text: string; isOwn: boolean; isDeleted: boolean };

/** What the page's parts are called; roles and names are what people with a screen reader go by. */
export type PagePart = 'connection' | 'typing' | 'messages' | 'person' | 'people' | 'composer' | 'sign-out' | 'name';

/** The demo page in a browser window of its own, used by a person. */
export type ChatWindow = {
  join: (name: string) => Promise<void>;
  send: (text: string) => Promise<void>;
  /** Writes into the composer key by key, and sends nothing. */
  type: (text: string) => Promise<void>;
  /** What the timeline has in its document, from top to bottom: what is in view and a little more. */
  messages: () => Promise<ShownMessage[]>;
  /** Scrolls to the first message and from there to the last, and tells all that came by, in that order. */
  readAll: () => Promise<ShownMessage[]>;
  message: (id: string) => Locator;
  edit: (id: string, text: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  find: (part: PagePart) => Locator;
  /** Everything that a page must not do: errors, dialogs, violations of its policy. */
  complaints: () => Promise<string[]>;
  close: () => Promise<void>;
};

export async function openChatWindow(browser: Browser, url: string): Promise<ChatWindow> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`an error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('console', (message) => {
    if (/content.security.policy/i.test(message.text())) complaints.push(`on the console: ${message.text()}`);
  });
  await page.exposeFunction('complain', (sentence: string) => complaints.push(sentence));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    complain('the policy was violated: ' + event.violatedDirective + ' by ' + event.blockedURI);
  })`);
  await page.goto(url);
  const parts: Record<PagePart, Locator> = {
    // While everything is live it is there, but hidden, and has no role.
    connection: page.locator('[role=status][aria-label=Connection]'),
    typing: page.locator('.typing'),
    messages: page.getByRole('log', { name: 'Messages' }),
    person: page.getByRole('list', { name: 'People' }).getByRole('listitem'),
    people: page.getByRole('list', { name: 'People' }),
    composer: page.getByRole('textbox', { name: 'Message', exact: true }),
    'sign-out': page.getByRole('button', { name: 'Sign out' }),
    name: page.getByRole('textbox', { name: 'Your name' }),
  };
  const find = (part: PagePart) => parts[part];
  const message = (id: string) => page.locator(`[data-message-id="${id}"]`);
  const messages = async (): Promise<ShownMessage[]> =>
    parts.messages.locator('[data-message-id]').evaluateAll((elements) =>
      elements.map((element) => ({
        id: element.getAttribute('data-message-id') ?? '',
        text: element.querySelector('.message-text')?.textContent ?? '',
        isOwn: element.classList.contains('own'),
        isDeleted: element.classList.contains('deleted'),
      })),
    );

  return {
    async join(name) {
      await parts.name.fill(name);
      await page.getByRole('button', { name: 'Join' }).click();
      await parts.composer.waitFor();
    },
    async send(text) {
      await parts.composer.fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
    },
    type: async (text) => parts.composer.pressSequentially(text),
    messages,
    async readAll() {
      const beginning = page.getByText('This is the beginning of the room.');
      await eventually(async () => {
        // A page that comes in moves the view along with what it showed, a frame later.
        const top = await parts.messages.evaluate(async (list) => {
          list.scrollTop = 0;
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          return list.scrollTop;
        });
        expect(top).toBe(0);
        expect(await beginning.count()).toBe(1);
      }, 60_000);
      const seen = new Map<string, ShownMessage>();
      for (let isAtEnd = false, steps = 0; !isAtEnd && steps < 1000; steps++) {
        for (const shown of await messages()) seen.set(shown.id, shown);
        isAtEnd = await parts.messages.evaluate(async (list) => {
          list.scrollTop += list.clientHeight / 2;
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          // Rows that have just been measured may move the view back by a step; that is no end.
          return list.scrollHeight - list.scrollTop - list.clientHeight < 2;
        });
      }
      return [...seen.values()];
    },
    message,
    async edit(id, text) {
      await message(id).hover();
      await message(id).getByRole('button', { name: 'Edit' }).click();
      const editor = page.getByRole('textbox', { name: 'Edit message' });
      await editor.fill(text);
      await editor.press('Enter');
    },
    async remove(id) {
      await message(id).hover();
      await message(id).getByRole('button', { name: 'Delete' }).click();
    },
    find,
    complaints: async () => {
      // What is on its way from the page comes before this answer.
      await page.evaluate('1');
      return [...complaints];
    },
    close: async () => context.close(),
  };
}
