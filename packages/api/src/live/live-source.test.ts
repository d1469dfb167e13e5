import { getEventListeners } from 'node:events';
import { expect, test, vi } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLiveSource, type LiveSubscription } from './live-source.ts';

/** Counts up, a number at each turn of the event loop. */
function numbers(): LiveSubscription<number> {
  let number = 0;
  return {
    next: () => new Promise((resolve) => setImmediate(() => resolve([number++]))),
    close: () => undefined,
  };
}

function create(expiresAt: number | undefined) {
  const clock = createFakeClock(0);
  const controller = new AbortController();
  const { signal } = controller;
  const at = expiresAt === undefined ? undefined : new Date(expiresAt);
  const source = createLiveSource({ open: () => Promise.resolve(numbers()), expiresAt: at, clock, signal });
  return { clock, controller, stream: source[Symbol.asyncIterator]() };
}

test('a stream is silent from the expiry of its credential on, and over 30 s later (A3)', async () => {
  const { clock, stream } = create(60_000);
  expect(await stream.next()).toEqual({ done: false, value: 0 });
  clock.advance(60_000);
  const settled = vi.fn<(result: unknown) => void>();
  const last = stream.next().then(settled);
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  clock.advance(29_999);
  await Promise.resolve();
  expect(settled).not.toHaveBeenCalled();
  clock.advance(1);
  await last;
  expect(settled).toHaveBeenCalledWith({ done: true, value: undefined });
  expect(clock.pending).toBe(0);
});

test('one that has expired already falls silent at once, and one that never does sets no timer (A3)', async () => {
  const { clock, stream } = create(-1);
  await stream.next();
  clock.advance(0);
  const last = stream.next();
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  clock.advance(30_000);
  expect(await last).toEqual({ done: true, value: undefined });

  const endless = create(undefined);
  await endless.stream.next();
  expect(endless.clock.pending).toBe(0);
  await endless.stream.return?.();
});

test.for(['live', 'silent'] as const)(
  'a %s stream that is aborted ends at once, without timer or listener (A3)',
  async (phase) => {
    const { clock, controller, stream } = create(60_000);
    await stream.next();
    if (phase === 'silent') clock.advance(60_000);
    const last = stream.next();
    if (phase === 'silent') await vi.waitFor(() => expect(clock.pending).toBe(1));
    controller.abort();
    for (let next = await last; !next.done; next = await stream.next()) expect(phase).toBe('live');
    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  },
);

test('a stream that is returned or never begun leaves no timer', async () => {
  const { clock, stream } = create(60_000);
  expect(clock.pending).toBe(0);
  await stream.next();
  expect(clock.pending).toBe(1);
  await stream.return?.();
  expect(clock.pending).toBe(0);
});
