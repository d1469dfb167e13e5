import { requireTool } from '@folkmoot/db/testing';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './open-stage.ts';

const chromium = requireTool('chromium');

describe.skipIf(chromium === undefined)('the page in Chromium', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  /** What the focus is on, as it is called: its name, or else its text. */
  const focused = async (page: Page): Promise<unknown> =>
    page.evaluate(`document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`);

  it('is used from the first to the last with the keyboard alone, and keeps the focus (P1, P4, R8)', async () => {
    const bob = await stage.join('Bob');
    const { page, ...ann } = await stage.open();
    const { keyboard } = page;
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
    await keyboard.type('Ann');
    await keyboard.press('Enter');
    await ann.composer.waitFor();
    await expect.poll(async () => focused(page)).toBe('Message');
    await keyboard.type('Helo, Bob');
    await keyboard.press('Enter');
    await expect.poll(bob.texts).toEqual(['Helo, Bob']);
    // There is nothing to edit before.
    await expect.poll(ann.messages).toEqual([{ text: 'Helo, Bob', state: 'sent' }]);
    expect(await bob.message('Helo, Bob').getByRole('button', { name: 'Edit' }).count()).toBe(0);

    await keyboard.press('ArrowUp');
    await expect.poll(async () => focused(page)).toBe('Edit message');
    await keyboard.type('!');
    await keyboard.press('Escape');
    await expect.poll(async () => focused(page)).toBe('Message');
    expect(await ann.texts()).toEqual(['Helo, Bob']);
    await keyboard.press('ArrowUp');
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type('Hello, Bob');
    await keyboard.press('Enter');
    await bob.message('Hello, Bob').getByText('edited').waitFor();
    await expect.poll(async () => focused(page)).toBe('Message');

    await keyboard.press('Shift+Tab');
    expect(await focused(page)).toBe('Delete');
    await keyboard.press('Shift+Tab');
    expect(await focused(page)).toBe('Edit');
    await keyboard.press('Shift+Tab');
    expect(await ann.message('Hello, Bob').evaluate((row) => row === document.activeElement)).toBe(true);
    await keyboard.press('Escape');
    await expect.poll(async () => focused(page)).toBe('Message');
    await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await expect.poll(async () => focused(page)).toBe('Undo');
    await keyboard.press('Enter');
    await expect.poll(ann.texts).toEqual(['Hello, Bob']);
    await ann.message('Hello, Bob').getByRole('button', { name: 'Delete' }).focus();
    await keyboard.press('Enter');
    await expect.poll(async () => focused(page)).toBe('Undo');
    // For five seconds it can be undone, and nobody else knows of it.
    expect(await bob.texts()).toEqual(['Hello, Bob']);
    await bob.log.getByText('Message deleted').waitFor();
    expect(await bob.page.content()).not.toContain('Hello, Bob');

    await page.getByRole('button', { name: 'Sign out' }).focus();
    await keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Your name' }).waitFor();
    await expect.poll(bob.names, { timeout: 30_000 }).toEqual(['Bob']);
  });

  it('makes links of addresses that are safe and of no others, shows code, and the exact time on hovering', async () => {
    const ann = await stage.join('Ann');
    const text = 'see https://example.org/a?b=c and vbscript:msgbox(1), then `pnpm start`';
    await ann.send(text);
    const row = ann.message('see https');
    await row.waitFor();
    const links = row.locator('a');
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute('href')).toBe('https://example.org/a?b=c');
    expect(await links.getAttribute('rel')).toContain('noopener');
    expect(await row.locator('code').textContent()).toBe('pnpm start');
    const time = row.locator('header time');
    const at = new Date((await time.getAttribute('datetime')) ?? '');
    expect(Math.abs(Date.now() - at.getTime())).toBeLessThan(60_000);
    expect(await time.textContent()).toBe('now');
    expect(await time.getAttribute('title')).toContain(String(at.getFullYear()));
  });

  it('has the theme of the system, and holds still where motion is to be reduced', async () => {
    const { page, send, message } = await stage.join('Ann');
    await send('What moves here?');
    await message('What moves here?').waitFor();
    const look = async () =>
      page.evaluate(() => {
        const { colorScheme, backgroundColor } = getComputedStyle(document.body);
        return { colorScheme, backgroundColor };
      });
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await look();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect((await look()).backgroundColor).not.toBe(light.backgroundColor);

    /** The longest that anything on the page would move, in seconds. */
    const longest = async () =>
      page.evaluate(() =>
        Math.max(
          ...Array.from(document.querySelectorAll('*')).flatMap((element) => {
            const { animationDuration, transitionDuration } = getComputedStyle(element);
            return `${animationDuration}, ${transitionDuration}`.split(', ').map(Number.parseFloat);
          }),
        ),
      );
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await longest()).toBeGreaterThan(0.05);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await longest()).toBeLessThan(0.01);
  });
});
