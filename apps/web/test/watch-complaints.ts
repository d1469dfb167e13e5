import type { Page } from 'playwright-core';

/** What the browser says of a network that is away, which is no fault of the page. */
const aboutTheNetwork = /net::ERR_|Failed to load resource|WebSocket connection to/;

/** Collects everything that a page must not do: errors, alerts, violations of its policy. */
export async function watchComplaints(page: Page): Promise<() => Promise<string[]>> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`an error: ${error.message}`));
  page.on('dialog', (dialog) => {
    // The page asks before something is lost. Whoever provokes that answers it; else the page stands still.
    if (dialog.type() === 'confirm') return;
    complaints.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  page.on('console', (message) => {
    if (message.type() !== 'error' || aboutTheNetwork.test(message.text())) return;
    complaints.push(`on the console: ${message.text()}`);
  });
  await page.exposeFunction('complain', (sentence: string) => complaints.push(sentence));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    complain('the policy was violated: ' + event.violatedDirective + ' by ' + event.blockedURI);
  })`);
  return async () => {
    // What is on its way from the page comes before this answer.
    await page.evaluate('1');
    return [...complaints];
  };
}
