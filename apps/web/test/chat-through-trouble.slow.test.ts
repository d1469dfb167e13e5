import { requireTool } from '@folkmoot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatPage } from './chat-page.ts';
import { openStage, type Stage } from './open-stage.ts';

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
});
