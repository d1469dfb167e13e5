import { setTimeout as pass } from 'node:timers/promises';
import { requireTool } from '@folkmoot/db/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatPage } from './chat-page.ts';
import { firstMessageMs, noteFirstMessage } from './first-message-time.ts';
import { measureMemory } from './measure-memory.ts';
import { openStage, type Stage } from './open-stage.ts';
import { scrollThrough } from './scroll-through.ts';
import { traceTasks } from './trace-tasks.ts';
import { watchPlace } from './watch-place.ts';

const chromium = requireTool('chromium');
const messageCount = 20_000;

describe.skipIf(chromium === undefined)('20,000 messages in Chromium', () => {
  let stage: Stage;
  /** Ids, from the first to the last. */
  let past: readonly string[];
  beforeAll(async () => {
    stage = await openStage(chromium);
    past = await stage.site.writePast(messageCount);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());
  afterEach(async () => stage.clear());

  async function openPast(): Promise<ChatPage> {
    const ann = await stage.join('Ann', { prepare: noteFirstMessage });
    await expect.poll(async () => (await ann.keys()).at(-1)).toBe(past.at(-1));
    return ann;
  }

  it('begin to be there within a second of navigation', async () => {
    const ann = await openPast();
    const waitsMs: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await ann.page.reload();
      waitsMs.push(await firstMessageMs(ann.page));
    }
    console.log(`First message after ${waitsMs.join(', ')} ms.`);
    expect(waitsMs.toSorted((a, b) => a - b)[2]).toBeLessThanOrEqual(1000);
  });

  it.each([
    { name: 'one who reads', stepPx: 0 },
    { name: 'one who scrolls', stepPx: 12 },
  ])('come page by page, and what is in view of $name stays where it is', async ({ stepPx }) => {
    const ann = await openPast();
    await ann.page.route(/chat\.history/, async (route) => {
      await pass(300);
      await route.continue();
    });
    const jumpsPx = await watchPlace(ann, { pages: 4, stepPx });
    const moved = jumpsPx.filter((px) => px > 3);
    console.log(`${jumpsPx.length} frames, ${moved.length} with a jump: ${moved.slice(0, 10).join(', ')} px.`);
    expect(jumpsPx.length).toBeGreaterThan(40);
    expect(moved).toEqual([]);
  });

  it('are scrolled to the first and back, each in its place, without a long task, in bounded memory', async () => {
    const ann = await openPast();
    const before = await measureMemory(ann.page);
    const { result, tasks } = await traceTasks(stage.browser, ann.page, async () => ({
      up: await scrollThrough(ann, 'first'),
      down: await scrollThrough(ann, 'last'),
    }));
    const { up, down } = result;
    const after = await measureMemory(ann.page);
    const longest = (ms: readonly number[]) => Math.round(Math.max(0, ...ms));
    console.log(
      `Up in ${up.seconds} s, down in ${down.seconds} s; longest task ${longest([...up.longTasksMs, ...down.longTasksMs])} ms, ` +
        `${longest(tasks.map(({ cpuMs }) => cpuMs))} ms of them its own; at most ${up.mostElements} elements; ` +
        `memory ${before.heapMegabytes} MB and ${before.nodes} nodes before, ${after.heapMegabytes} MB and ${after.nodes} after.`,
    );

    expect(up.keys).toEqual(past);
    expect(down.keys).toEqual(past);
    // The clock runs on while a busy machine gives the processor to other programs. Such tasks are known by having had
    // it for less than 70 % of their time; all others have to be over in 100 ms.
    expect(tasks.filter(({ wallMs, cpuMs }) => wallMs > 100 && cpuMs >= 70)).toEqual([]);
    const isBusy = tasks.some(({ wallMs, cpuMs }) => wallMs > 100 && cpuMs < 70);
    expect(isBusy ? [] : [...up.longTasksMs, ...down.longTasksMs].filter((ms) => ms > 100)).toEqual([]);

    // The messages themselves are kept, at a kilobyte or two each; their rows are not.
    expect(after.heapMegabytes - before.heapMegabytes).toBeLessThan(40);
    expect(Math.max(up.mostElements, down.mostElements)).toBeLessThan(2_000);
    expect(after.nodes).toBeLessThan(10_000);
  }, 600_000);

  it('stay where they are when new ones come at the end, which a button counts and leads to', async () => {
    const ann = await openPast();
    const bob = await stage.join('Bob');
    await ann.log.hover();
    await ann.page.mouse.wheel(0, -3_000);
    await ann.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const key = (await ann.keys())[12];
    const row = ann.log.locator(`[data-key="${key}"]`);
    const before = await row.boundingBox();
    for (const text of ['one', 'two', 'three']) await bob.send(text);
    await ann.page.getByRole('button', { name: '3 new messages' }).waitFor();
    expect(await row.boundingBox()).toEqual(before);
    await ann.page.getByRole('button', { name: '3 new messages' }).click();
    await ann.message('three').waitFor();
    await expect.poll(async () => (await ann.texts()).slice(-3)).toEqual(['one', 'two', 'three']);
    await expect.poll(async () => ann.page.getByRole('button', { name: /latest|new messages/ }).count()).toBe(0);
  });
});
