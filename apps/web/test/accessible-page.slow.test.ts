import { requireTool } from '@folkmoot/db/testing';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from './open-stage.ts';
import { tamperWithSends } from './tamper-with-sends.ts';

const chromium = requireTool('chromium');
const looks = [
  { width: 360, height: 740, colorScheme: 'light' },
  { width: 360, height: 740, colorScheme: 'dark' },
  { width: 1280, height: 800, colorScheme: 'light' },
  { width: 1280, height: 800, colorScheme: 'dark' },
] as const;

describe.skipIf(chromium === undefined)('axe finds nothing serious, narrow and wide, light and dark', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium);
    await stage.site.writePast(300);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  async function findSeriousProblems(page: Page): Promise<string[]> {
    // Not as a script of the page, which its policy would refuse.
    await page.evaluate(axe.source);
    const problems: string[] = [];
    for (const { width, height, colorScheme } of looks) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue;
        const where = nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`);
        problems.push(`${width} px, ${colorScheme}: ${impact}, ${id}: ${where.join('; ')}`);
      }
    }
    return problems;
  }

  it('on the way in', async () => {
    const { page } = await stage.open();
    await page.getByRole('button', { name: 'Join' }).waitFor();
    expect(await findSeriousProblems(page)).toEqual([]);
  });

  it('in the chat, with a message that was refused and another one being edited', async () => {
    const sends = tamperWithSends();
    const ann = await stage.join('Ann', { prepare: sends.prepare });
    const bob = await stage.join('Bob');
    await bob.send('https://example.org/ and `code` in a line');
    await ann.send('a line that is edited');
    await expect.poll(ann.messages).toContainEqual({ text: 'a line that is edited', state: 'sent' });
    sends.start('spoil');
    await ann.send('a line that is refused');
    await ann.page.getByText(/^A message was not sent\./).waitFor({ state: 'attached' });
    await ann.page.getByRole('button', { name: 'Retry' }).waitFor();
    await bob.type('writing');
    await ann.page.getByText(/is typing/).waitFor();
    expect(await findSeriousProblems(ann.page)).toEqual([]);
    await ann.message('a line that is edited').hover();
    await ann.message('a line that is edited').getByRole('button', { name: 'Edit' }).click();
    expect(await findSeriousProblems(ann.page)).toEqual([]);
  });

  it('in the statistics', async () => {
    const { page } = await stage.join('Ann');
    await page.getByRole('link', { name: 'Statistics' }).click();
    await page.getByRole('heading', { name: /Statistics/ }).waitFor();
    await page
      .getByText(/Busiest hours/)
      .first()
      .waitFor();
    expect(await findSeriousProblems(page)).toEqual([]);

    await page.setViewportSize({ width: 1280, height: 900 });
    const inNarrowView = async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      return page
        .locator('.statistics *')
        .evaluateAll((elements) => elements.filter((element) => element.getBoundingClientRect().right > 361).length);
    };
    await expect.poll(inNarrowView).toBe(0);
  });
});
