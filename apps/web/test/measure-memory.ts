import type { Page } from 'playwright-core';

export type Memory = {
  heapMegabytes: number;
  /** Of the whole document, those that scripts only hold on to included. */
  nodes: number;
};

/** What the page holds on to, after garbage has been collected. */
export async function measureMemory(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heapMegabytes: usedSize / 1e6, nodes };
}
