import { requireTool } from '@folkmoot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signExpiredToken } from '../../server/test/sign-expired-token.ts';
import type { ChatPage } from './chat-page.ts';
import { openStage, type Stage } from './open-stage.ts';
import { siteSecret } from './start-chat-site.ts';

const chromium = requireTool('chromium');
const patient = { timeout: 30_000 };

describe.skipIf(chromium === undefined)('in Chromium', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(chromium);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  const signOut = async ({ page }: ChatPage): Promise<void> => page.getByRole('button', { name: 'Sign out' }).click();

  it('what was deleted just before signing out is deleted, and a draft is not for who comes next', async () => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    await ann.send('not for long');
    await expect.poll(bob.texts, patient).toContain('not for long');
    await ann.remove('not for long');
    await ann.composer.fill('a secret of Ann');
    await signOut(ann);
    await expect.poll(bob.texts, patient).not.toContain('not for long');
    await ann.join('Mallory');
    expect(await ann.composer.inputValue()).toBe('');
  });

  it('a guest who signs out with an unsent message is asked before it is lost', async () => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    const asked: string[] = [];
    let isSure = false;
    ann.page.on('dialog', async (dialog) => {
      asked.push(dialog.message());
      await (isSure ? dialog.accept() : dialog.dismiss());
    });
    await ann.send('sent');
    await expect.poll(ann.messages, patient).toContainEqual({ text: 'sent', state: 'sent' });
    await ann.context.setOffline(true);
    await ann.send('unsent');
    await expect.poll(ann.messages, patient).toContainEqual({ text: 'unsent', state: 'sending' });
    await signOut(ann);
    await expect
      .poll(() => asked, patient)
      .toEqual([expect.stringMatching(/^Not everything that you wrote has been sent/)]);
    await ann.context.setOffline(false);
    await expect.poll(bob.texts, patient).toContain('unsent');

    await ann.context.setOffline(true);
    await ann.send('given up');
    isSure = true;
    await signOut(ann);
    await ann.page.getByRole('textbox', { name: 'Your name' }).waitFor(patient);
    expect(asked).toHaveLength(2);
    const kept = async () => ann.page.evaluate(() => Object.values(localStorage).join());
    await expect.poll(kept, patient).not.toContain('given up');
  });

  it('who comes back with an expired token is asked to sign in, and not left waiting (A3)', async () => {
    const token = await signExpiredToken(siteSecret, 'eve');
    const user = { id: 'eve', username: 'eve', name: 'Eve', isGuest: false };
    const eve = await stage.open();
    const session = JSON.stringify({ name: 'Eve', token, user });
    await eve.page.evaluate(`localStorage.setItem('folkmoot.session', ${JSON.stringify(session)})`);
    await eve.page.reload();
    const name = eve.page.getByRole('textbox', { name: 'Your name' });
    await name.waitFor(patient);
    expect(await name.inputValue()).toBe('Eve');
  });

  it('a refused message at the end keeps nobody from following, and what another tab sends moves nobody', async () => {
    const ann = await stage.join('Ann');
    const bob = await stage.join('Bob');
    const distance = async ({ log }: ChatPage): Promise<number> =>
      log.evaluate((list) => Math.round(list.scrollHeight - list.clientHeight - list.scrollTop));
    for (let index = 0; index < 25; index++) await bob.send(`line ${index}`);
    await expect.poll(ann.texts, patient).toContain('line 24');
    const second = await stage.open({ context: ann.context });
    await expect.poll(second.texts, patient).toContain('line 24');

    await second.log.hover();
    // A page that is still going to its end may take no notice of the first turn.
    const scrollUp = async () => {
      await second.page.mouse.wheel(0, -400);
      return distance(second);
    };
    await expect.poll(scrollUp, patient).toBeGreaterThan(100);
    await ann.send('from the other tab');
    await expect.poll(async () => second.page.locator('.jump').count(), patient).toBe(1);
    await bob.send('heard in both');
    await expect.poll(async () => second.page.locator('.jump').textContent(), patient).toMatch(/new message/);
    expect(await distance(second)).toBeGreaterThan(100);
    await second.page.close();

    const failed = { id: 'kept', kind: 'send', text: 'refused', createdAt: Date.now(), state: 'failed' };
    const entry = JSON.stringify({ ...failed, failure: { code: 'BANNED', retryable: 'no', message: 'No.' } });
    await ann.page.evaluate(`{
      const { user } = JSON.parse(localStorage.getItem('folkmoot.session'));
      localStorage.setItem('folkmoot:outbox:' + user.id + ':main-chat:kept', ${JSON.stringify(entry)});
    }`);
    await ann.page.reload();
    await expect.poll(ann.texts, patient).toContain('refused');
    for (let index = 0; index < 8; index++) await bob.send(`more ${index}`);
    await expect.poll(async () => (await ann.texts()).slice(-2), patient).toEqual(['more 7', 'refused']);
    await expect.poll(async () => distance(ann)).toBeLessThan(40);
  });
});
