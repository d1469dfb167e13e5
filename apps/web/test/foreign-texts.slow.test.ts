import { requireTool } from '@folkmoot/db/testing';
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

  it.each([
    [
      'a script',
      '<script>alert(1)</script><img src=x onerror="alert(1)"><style>*{display:none}</style>',
      '<script>alert(1)</script><img src=x oner',
    ],
    [
      'a javascript: link',
      'javascript:alert(1) [click](javascript:alert(1)) <a href="javascript:alert(1)">me</a>',
      'javascript:alert(1) [click](javascript:a',
    ],
    [
      'a bidirectional override',
      '\u202Egnp.exe\u202C and \u2066isolated\u2069, then \u202Eopen',
      'gnp.exe and isolated, then open',
    ],
  ])('takes %s for text, as a message and as a name, which is 40 characters (S3, A8, A9)', async (_, text, name) => {
    const [ann, bob] = [await stage.join('Ann'), await stage.join(text)];
    await bob.send(text);
    for (const chat of [ann, bob]) {
      await chat.message(text).waitFor();
      await expect.poll(chat.names).toContain(name);
      const row = chat.message(text);
      expect(await row.locator('script, style, a, [onerror], [href], img[src="x"]').count()).toBe(0);
      expect(await chat.people.locator('script, style, a, [onerror], [href], img[src="x"]').count()).toBe(0);
    }
    expect(await ann.message(text).getByText(name).first().isVisible()).toBe(true);
  });

  it('shows what an override turned around in its own line only', async () => {
    const ann = await stage.join('Ann');
    const turned = '\u202Eand the line goes on';
    const plain = 'and the line goes on ';
    for (const text of [turned, plain, turned]) {
      await ann.send(text);
      await expect.poll(ann.messages).toContainEqual({ text: text.trim(), state: 'sent' });
    }
    // The same letters, as far as they reach: what stands beside them stands where it does elsewhere.
    const rows = ann.log.getByRole('article').filter({ hasText: 'and the line goes on' });
    const places = await rows.evaluateAll((articles) =>
      articles.map((article) => {
        const text = article.querySelector('.message-text')?.getBoundingClientRect();
        return [text?.left, text?.right].map((x) => Math.round(x ?? 0));
      }),
    );
    expect(places).toHaveLength(3);
    expect(new Set(places.map(String)).size).toBe(1);
  });

  it('keeps a paste of 5,001 characters whole, sends it when it is one shorter, and says why not before (S3)', async () => {
    const [ann, bob] = [await stage.join('Ann'), await stage.join('Bob')];
    await ann.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // Characters as people count them: each of these is two units of JavaScript.
    const pasted = `${'\u{1F33B}'.repeat(2_500)}${'a'.repeat(2_501)}`;
    await ann.page.evaluate(async (text) => navigator.clipboard.writeText(text), pasted);
    await ann.composer.focus();
    await ann.page.keyboard.press('ControlOrMeta+v');
    await expect.poll(async () => ann.composer.inputValue()).toBe(pasted);

    await ann.composer.press('Enter');
    await ann.page
      .getByText(/5,?000/)
      .first()
      .waitFor();
    expect(await ann.composer.inputValue()).toBe(pasted);
    expect(await ann.texts()).not.toContain(pasted);
    await ann.composer.press('Backspace');
    await ann.composer.press('Enter');
    for (const chat of [ann, bob]) {
      await expect.poll(chat.messages).toContainEqual({ text: pasted.slice(0, -1), state: 'sent' });
    }
    expect(await ann.composer.inputValue()).toBe('');
  });
});
