import { setTimeout as pass } from 'node:timers/promises';
import { requireTool } from '@folkmoot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatPage } from './chat-page.ts';
import { openStage, type Stage } from './open-stage.ts';
import { tamperWithSends } from './tamper-with-sends.ts';

const chromium = requireTool('chromium');
/** Back-off after a minute without a server may wait half a minute (T6). */
const patient = { timeout: 60_000 };

describe.skipIf(chromium === undefined)('a chat in Chromium lives through', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  async function expectEnd(pages: readonly ChatPage[], texts: readonly string[]): Promise<void> {
    const end = texts.map((text) => ({ text, state: 'sent' }));
    for (const chat of pages) {
      await expect.poll(async () => (await chat.messages()).slice(-end.length), patient).toEqual(end);
      const all = await chat.texts();
      expect(new Set(all).size).toBe(all.length);
      await expect.poll(chat.isConnected, patient).toBe(true);
    }
  }

  it('a minute offline, with ten sends queued that all arrive once and in order (S2, R5)', async () => {
    const ann = await stage.join('Ann', { url: stage.site.linkedUrl });
    const bob = await stage.join('Bob');
    await ann.send('before');
    await expectEnd([ann, bob], ['before']);

    // Chromium cuts requests and tells the page, but leaves open WebSockets alone: those die in the black hole.
    stage.site.link.set({ isBlackHole: true });
    await ann.context.setOffline(true);
    const backAt = performance.now() + 60_000;
    const queued = Array.from({ length: 10 }, (_, index) => `queued ${index + 1}`);
    for (const text of queued) await ann.send(text);
    await bob.send('meanwhile');
    await expect
      .poll(async () => (await ann.messages()).slice(-10))
      .toEqual(queued.map((text) => ({ text, state: 'sending' })));
    await expect.poll(ann.isConnected, patient).toBe(false);
    await pass(Math.max(0, backAt - performance.now()));
    expect(await bob.texts()).not.toContain('queued 1');
    expect((await ann.messages()).filter(({ state }) => state === 'sending')).toHaveLength(10);

    stage.site.link.set();
    await ann.context.setOffline(false);
    await expectEnd([ann, bob], ['meanwhile', ...queued]);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('a restart of the server by %s (R5, S2, T6)', async (signal) => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    await ann.send(`before ${signal}`);
    await expectEnd([ann, bob], [`before ${signal}`]);
    await stage.site.kill(signal);
    for (const chat of [ann, bob]) await expect.poll(chat.isConnected, patient).toBe(false);
    await ann.send(`written without a server, ${signal}`);
    await stage.site.start();
    await expectEnd([ann, bob], [`before ${signal}`, `written without a server, ${signal}`]);
    await bob.send(`after ${signal}`);
    await expectEnd([ann, bob], [`written without a server, ${signal}`, `after ${signal}`]);
  });

  it('a reload with messages that were not sent yet, and one that is being written (S2)', async () => {
    const sends = tamperWithSends();
    const ann = await stage.join('Ann', { prepare: sends.prepare });
    const bob = await stage.join('Bob');
    sends.start('hold');
    await ann.send('written before the reload');
    await ann.send('and another line');
    await expect
      .poll(async () => (await ann.messages()).slice(-2).map(({ state }) => state))
      .toEqual(['sending', 'sending']);
    await ann.composer.fill('and what is still being written');
    await ann.page.reload();
    await expect.poll(async () => ann.composer.inputValue()).toBe('and what is still being written');
    await expect.poll(ann.messages).toContainEqual({ text: 'written before the reload', state: 'sending' });
    expect(await bob.texts()).not.toContain('written before the reload');

    sends.stop();
    await ann.page.reload();
    await expectEnd([ann, bob], ['written before the reload', 'and another line']);
  });

  it('a second tab that sends what the first one could not, once (S2)', async () => {
    const sends = tamperWithSends();
    const ann = await stage.join('Ann', { prepare: sends.prepare });
    const bob = await stage.join('Bob');
    sends.start('hold');
    await ann.send('held back in one tab');
    await expect.poll(ann.messages).toContainEqual({ text: 'held back in one tab', state: 'sending' });
    const second = await stage.open({ context: ann.context });
    await expectEnd([ann, second, bob], ['held back in one tab']);
    sends.stop();
    await ann.send('and on');
    await expectEnd([ann, second, bob], ['held back in one tab', 'and on']);
  });

  it('a refusal by the server: what was refused can be sent again, or given up (S7)', async () => {
    const sends = tamperWithSends();
    const ann = await stage.join('Ann', { prepare: sends.prepare });
    const bob = await stage.join('Bob');
    sends.start('spoil');
    for (const text of ['refused and said again', 'refused and given up']) {
      await ann.send(text);
      await expect.poll(ann.messages).toContainEqual({ text, state: 'failed' });
    }
    await ann.message('refused and given up').getByRole('button', { name: 'Discard' }).click();
    await expect.poll(ann.texts).not.toContain('refused and given up');
    sends.stop();
    await ann.message('refused and said again').getByRole('button', { name: 'Retry' }).click();
    await ann.send('and on it goes');
    await expectEnd([ann, bob], ['refused and said again', 'and on it goes']);
    expect(await bob.texts()).not.toContain('refused and given up');
  });

  it('back and forward between its pages and others, without a message missed or doubled', async () => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    let open = 0;
    ann.page.on('websocket', (socket) => {
      open++;
      socket.on('close', () => open--);
    });
    await ann.send('before the walk');
    await expectEnd([ann, bob], ['before the walk']);

    await ann.page.goto(`${stage.site.url}/docs`);
    await bob.send('said while she was on another site');
    await ann.page.goBack();
    await expectEnd([ann, bob], ['before the walk', 'said while she was on another site']);

    await ann.page.getByRole('link', { name: 'Statistics' }).click();
    await ann.page.waitForURL(/#statistics$/);
    await ann.page.getByRole('heading', { name: /Statistics/ }).waitFor();
    await bob.send('said while she read numbers');
    await ann.page.goBack();
    await expectEnd([ann, bob], ['said while she was on another site', 'said while she read numbers']);
    await ann.page.goForward();
    await ann.page.getByRole('heading', { name: /Statistics/ }).waitFor();
    await ann.page.goBack();
    await ann.send('back again');
    await expectEnd([ann, bob], ['said while she read numbers', 'back again']);
    expect(open).toBe(1);
  });
});
