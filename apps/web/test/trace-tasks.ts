import type { Browser, Page } from 'playwright-core';

export type Task = {
  /** By the clock, which runs on while other programs have the processor. */
  wallMs: number;
  /** What the page itself used. */
  cpuMs: number;
};

type TraceEvent = {
  ph: string;
  name: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
};

/** Runs the work; gives its result and the tasks of the page's main thread that took 50 ms or longer meanwhile. */
export async function traceTasks<Result>(
  browser: Browser,
  page: Page,
  work: () => Promise<Result>,
): Promise<{ result: Result; tasks: Task[] }> {
  await browser.startTracing(page, { categories: ['toplevel'] });
  const result = await work();
  const trace = await browser.stopTracing();
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(trace.toString());
  const isPage = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const threads = new Set(isPage.map(({ pid, tid }) => `${pid}:${tid}`));
  const tasks = traceEvents
    .filter(({ ph, name, pid, tid }) => ph === 'X' && name.endsWith('::RunTask') && threads.has(`${pid}:${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ wallMs: dur / 1000, cpuMs: tdur / 1000 }))
    .filter(({ wallMs }) => wallMs >= 50);
  return { result, tasks };
}
