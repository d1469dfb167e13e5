import { setTimeout as pass } from 'node:timers/promises';
import { requireTool } from '@folkmoot/db/testing';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatPage } from './chat-page.ts';
import { firstMessageMs, noteFirstMessage } from './first-message-time.ts';
import { measureMemory } from './measure-memory.ts';
import { openStage, type Stage } from './open-stage.ts';
import { scrollThrough } from './scroll-through.ts';
import { traceTasks, type Task } from './trace-tasks.ts';
import { watchPlace } from './watch-place.ts';

const chromium = requireTool('chromium');
const messageCount = 20_000;

/** Waits until the element has not moved for a third of a second: rows about it are measured, an older page may come. */
async function untilItRests(element: Locator): Promise<void> {
  await element.evaluate(async (node) => {
    let [before, still] = [Number.NaN, 0];
    for (let frame = 0; frame < 600 && still < 20; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const { top } = node.getBoundingClientRect();
      still = top === before ? still + 1 : 0;
      before = top;
    }
  });
}

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

  /** To the first and back, on a page of its own. Gives the milliseconds of the tasks that were too long. */
  async function walk(): Promise<number[]> {
    const ann = await openPast();
    const before = await measureMemory(ann.page);
    const { result, tasks } = await traceTasks(stage.browser, ann.page, async () => ({
      up: await scrollThrough(ann, 'first'),
      down: await scrollThrough(ann, 'last'),
    }));
    const { up, down } = result;
    const after = await measureMemory(ann.page);
    const observedMs = [...up.longTasksMs, ...down.longTasksMs];
    console.log(
      `Up in ${up.seconds.toFixed(1)} s, down in ${down.seconds.toFixed(1)} s; longest task ${Math.max(0, ...observedMs)} ms, ` +
        `${Math.round(Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs)))} ms of them its own; ` +
        `at most ${up.mostElements} elements; memory ${before.heapMegabytes} MB and ${before.nodes} nodes before, ` +
        `${after.heapMegabytes} MB and ${after.nodes} after.`,
    );

    expect(up.keys).toEqual(past);
    expect(down.keys).toEqual(past);
    // The messages themselves are kept, at a kilobyte or two each; their rows are not.
    expect(after.heapMegabytes - before.heapMegabytes).toBeLessThan(40);
    expect(Math.max(up.mostElements, down.mostElements)).toBeLessThan(2_000);
    expect(after.nodes).toBeLessThan(10_000);

    // The clock runs on while a busy machine gives the processor to other programs. Such tasks are known by having had
    // it for less than 70 % of their time, and for less than 100 ms; all others have to be over in 100 ms.
    const long = tasks.filter(({ wallMs }) => wallMs > 100);
    const isHeldUp = ({ wallMs, cpuMs }: Task) => cpuMs <= 100 && cpuMs < 0.7 * wallMs;
    await ann.page.close();
    const own = long.filter((task) => !isHeldUp(task)).map(({ wallMs }) => wallMs);
    // What the page itself observes counts too, where nothing was held up.
    return own.length < long.length ? own : [...own, ...observedMs.filter((ms) => ms > 100)];
  }

  it('are scrolled to the first and back, each in its place, without a long task, in bounded memory', async () => {
    const longMs = await walk();
    // A processor that is shared makes a task long once; what the page does makes it long every time.
    expect(longMs.length === 0 ? longMs : await walk()).toEqual([]);
  }, 600_000);

  it('stay where they are when new ones come at the end, which a button counts and leads to', async () => {
    const ann = await openPast();
    const bob = await stage.join('Bob');
    await ann.log.hover();
    await ann.page.mouse.wheel(0, -3_000);
    await ann.page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    const key = (await ann.keys())[12];
    const row = ann.log.locator(`[data-key="${key}"]`);
    await untilItRests(row);
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
