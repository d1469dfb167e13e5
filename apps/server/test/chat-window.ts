import type { Browser, Locator } from 'playwright-core';

export type ShownMessage = { id: string; text: string; isOwn: boolean; isDeleted: boolean };

/** The demo page in a browser window of its own, used by a person. */
export type ChatWindow = {
  join: (name: string) => Promise<void>;
  send: (text: string) => Promise<void>;
  /** Writes into the composer key by key, and sends nothing. */
  type: (text: string) => Promise<void>;
  /** What the timeline shows, from top to bottom. */
  messages: () => Promise<ShownMessage[]>;
  message: (id: string) => Locator;
  edit: (id: string, text: string) => Promise<void>;
  remove: (id: string) => Promise<void>;
  scrollToTop: () => Promise<void>;
  find: (testId: string) => Locator;
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
  const find = (testId: string) => page.getByTestId(testId);
  const message = (id: string) => page.locator(`[data-message-id="${id}"]`);

  return {
    async join(name) {
      await find('name-input').fill(name);
      await find('join-button').click();
      await find('composer').waitFor();
    },
    async send(text) {
      await find('composer').fill(text);
      await find('send-button').click();
    },
    type: async (text) => find('composer').pressSequentially(text),
    messages: async () =>
      find('message').evaluateAll((elements) =>
        elements.map((element) => ({
          id: element.getAttribute('data-message-id') ?? '',
          text: element.querySelector('[data-testid="message-text"]')?.textContent ?? '',
          isOwn: element.getAttribute('data-own') === 'true',
          isDeleted: element.getAttribute('data-deleted') === 'true',
        })),
      ),
    message,
    async edit(id, text) {
      await message(id).hover();
      await message(id).getByTestId('edit-button').click();
      await find('edit-input').fill(text);
      await find('edit-input').press('Enter');
    },
    async remove(id) {
      await message(id).hover();
      await message(id).getByTestId('delete-button').click();
    },
    scrollToTop: async () =>
      find('timeline').evaluate((element) => {
        element.scrollTop = 0;
      }),
    find,
    complaints: async () => {
      // What is on its way from the page comes before this answer.
      await page.evaluate('1');
      return [...complaints];
    },
    close: async () => context.close(),
  };
}
