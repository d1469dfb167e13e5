import type { Page } from 'playwright-core';

/** A page that a test drives is always visible to itself. Prepares one that can be told to be hidden. */
export async function lendVisibility(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let state: DocumentVisibilityState = 'visible';
    Object.defineProperty(document, 'visibilityState', { get: () => state });
    Object.defineProperty(document, 'hidden', { get: () => state === 'hidden' });
    document.hasFocus = () => state === 'visible';
    window.addEventListener('test-visibility', (event) => {
      state = event instanceof CustomEvent && event.detail === 'hidden' ? 'hidden' : 'visible';
      window.dispatchEvent(new Event(state === 'hidden' ? 'blur' : 'focus'));
      document.dispatchEvent(new Event('visibilitychange'));
    });
  });
}

export async function hidePage(page: Page): Promise<void> {
  await setVisibility(page, 'hidden');
}

export async function showPage(page: Page): Promise<void> {
  await setVisibility(page, 'visible');
}

async function setVisibility(page: Page, state: DocumentVisibilityState): Promise<void> {
  await page.evaluate((detail) => window.dispatchEvent(new CustomEvent('test-visibility', { detail })), state);
}
