import { requireTool } from '@folkmoot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatPage } from './chat-page.ts';
import { openStage, type Stage } from './open-stage.ts';

const chromium = requireTool('chromium');

describe.skipIf(chromium === undefined)('people in Chromium', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  /** All of them show the same texts in the same order at their end, and none of it is on its way any more. */
  async function expectAllShow(pages: readonly ChatPage[], last: number): Promise<string[]> {
    const shown = async () => Promise.all(pages.map(async (chat) => (await chat.messages()).slice(-last)));
    await expect
      .poll(async () => (await shown()).map((messages) => messages.filter(({ state }) => state === 'sent').length))
      .toEqual(pages.map(() => last));
    const [first, ...others] = await shown();
    for (const other of others) expect(other).toEqual(first);
    return first?.map(({ text }) => text) ?? [];
  }

  it('is one person in two tabs: there once, and each message once (P1, S2)', async () => {
    const bob = await stage.join('Bob');
    const ann = await stage.join('Ann');
    const second = await stage.open({ context: ann.context });
    await second.composer.waitFor();
    for (const chat of [ann, second, bob]) await expect.poll(chat.names).toEqual(['Ann', 'Bob']);

    await Promise.all([ann.send('from the first tab'), second.send('from the second tab'), bob.send('from Bob')]);
    const order = await expectAllShow([ann, second, bob], 3);
    expect(order.toSorted()).toEqual(['from Bob', 'from the first tab', 'from the second tab']);

    await second.page.close();
    await ann.send('still here');
    await expectAllShow([ann, bob], 4);
    expect(await bob.names()).toEqual(['Ann', 'Bob']);
  });

  it('never see again what its author deleted, and not in what the page keeps (R8)', async () => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    await bob.send('a secret that slipped out');
    await bob.send('and an innocent line');
    await expectAllShow([ann, bob], 2);
    await bob.remove('a secret that slipped out');
    await expect.poll(async () => ann.page.content()).not.toContain('slipped out');
    await expect.poll(async () => bob.page.content()).not.toContain('slipped out');

    for (const chat of [ann, bob]) {
      await chat.page.reload();
      await chat.message('and an innocent line').waitFor();
      expect(await chat.page.content()).not.toContain('slipped out');
      const kept = await chat.page.evaluate(() => [localStorage, sessionStorage].flatMap(Object.entries).join());
      expect(kept).not.toContain('slipped out');
    }
  });
});
