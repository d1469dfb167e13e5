import { requireTool } from '@folkmoot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatPage } from './chat-page.ts';
import { hidePage, lendVisibility, showPage } from './page-visibility.ts';
import { openStage, type Stage } from './open-stage.ts';
import { startPlainProxy } from './start-plain-proxy.ts';

const chromium = requireTool('chromium');

describe.skipIf(chromium === undefined)('people in Chromium', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  /** At their end all of them show these texts and no others, sent, and in the same order, which is returned. */
  async function expectAllShow(pages: readonly ChatPage[], texts: readonly string[]): Promise<string[]> {
    const shown = async () => Promise.all(pages.map(async (chat) => (await chat.messages()).slice(-texts.length)));
    const sent = texts.toSorted().map((text) => ({ text, state: 'sent' }));
    await expect
      .poll(async () =>
        (await shown()).map((messages) =>
          messages.toSorted((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text))),
        ),
      )
      .toEqual(pages.map(() => sent));
    const [first, ...others] = await shown();
    for (const other of others) expect(other).toEqual(first);
    return first?.map(({ text }) => text) ?? [];
  }

  it.each(['whose browser has no WebSockets', 'whose proxy lets none through'])(
    'are three, one of them %s, and see each message once, in one order, live (T1, R3)',
    async (why) => {
      await using proxy = await startPlainProxy(stage.site.url);
      const streams: string[] = [];
      const [ann, bob, cy] = await Promise.all([
        stage.join('Ann'),
        stage.join('Bob'),
        stage.join('Cy', {
          ...(why.includes('proxy') && { url: proxy.url }),
          prepare: async (page) => {
            if (!why.includes('proxy')) await page.addInitScript('delete globalThis.WebSocket');
            page.on('request', (request) => streams.push(new URL(request.url()).pathname));
          },
        }),
      ]);
      const all = [ann, bob, cy];
      for (const chat of all) {
        await expect.poll(chat.isConnected).toBe(true);
        await expect.poll(chat.names).toEqual(['Ann', 'Bob', 'Cy']);
      }

      for (const [writer, name] of [
        [ann, 'Ann'],
        [cy, 'Cy'],
      ] as const) {
        await writer.type('Well now');
        for (const reader of all.filter((chat) => chat !== writer)) {
          await reader.page.getByText(new RegExp(`${name}.* (is|are) typing…`)).waitFor();
        }
      }

      const said = ['one', 'two', 'three', 'four', 'five'];
      await Promise.all(
        all.map(async (chat, index) => {
          for (const word of said) await chat.send(`${word} of ${index}, ${why}`);
        }),
      );
      const saidBy = all.map((_, index) => said.map((word) => `${word} of ${index}, ${why}`));
      const order = await expectAllShow(all, saidBy.flat());
      for (const own of saidBy) expect(order.filter((text) => own.includes(text))).toEqual(own);
      for (const chat of all) expect(await chat.page.getByText(/typing…/).count()).toBe(0);
      expect(streams).toContain('/trpc/chat.message');
      expect(streams).not.toContain('/trpc/chat.events');

      await cy.page.close();
      for (const chat of [ann, bob]) await expect.poll(chat.names).toEqual(['Ann', 'Bob']);
    },
  );

  it('is one person in two tabs: there once, and each message once (P1, S2)', async () => {
    const bob = await stage.join('Bob');
    const ann = await stage.join('Ann');
    const second = await stage.open({ context: ann.context });
    await second.composer.waitFor();
    for (const chat of [ann, second, bob]) await expect.poll(chat.names).toEqual(['Ann', 'Bob']);

    await Promise.all([ann.send('from the first tab'), second.send('from the second tab'), bob.send('from Bob')]);
    const order = await expectAllShow([ann, second, bob], ['from the first tab', 'from the second tab', 'from Bob']);

    await second.page.close();
    await ann.send('still here');
    expect(await expectAllShow([ann, bob], [...order, 'still here'])).toEqual([...order, 'still here']);
    expect(await bob.names()).toEqual(['Ann', 'Bob']);
  });

  it('never see again what its author deleted, and not in what the page keeps (R8)', async () => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    await bob.send('a secret that slipped out');
    await bob.send('and an innocent line');
    await expectAllShow([ann, bob], ['a secret that slipped out', 'and an innocent line']);
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

  it('are told in the title how much is new while the page is hidden, until they look', async () => {
    const ann = await stage.join('Ann', { prepare: lendVisibility });
    const bob = await stage.join('Bob');
    await expect.poll(ann.isConnected).toBe(true);
    const title = await ann.page.title();
    await bob.send('seen as it comes');
    await ann.message('seen as it comes').waitFor();
    expect(await ann.page.title()).toBe(title);

    await hidePage(ann.page);
    for (const text of ['one', 'two', 'three']) await bob.send(text);
    await expect.poll(async () => ann.page.title()).toMatch(/\b3\b/);
    await showPage(ann.page);
    await expect.poll(async () => ann.page.title()).toBe(title);
  });
});
