import { expect, test, vi } from 'vitest';
import { createDelayedDeletes } from './delayed-deletes.ts';

function build() {
  const timers = new Map<() => void, number>();
  const remove = vi.fn<(messageId: string) => void>();
  const deletes = createDelayedDeletes({
    delayMs: 5000,
    remove,
    after(ms, run) {
      timers.set(run, ms);
      return () => timers.delete(run);
    },
  });
  const elapse = (): void => {
    for (const run of timers.keys()) {
      timers.delete(run);
      run();
    }
  };
  return { deletes, remove, timers, elapse };
}

test('a message is deleted when its time is over, once', () => {
  const { deletes, remove, timers, elapse } = build();
  deletes.start('a');
  deletes.start('a');
  expect([...timers.values()]).toEqual([5000]);
  expect(deletes.get()).toEqual(new Set(['a']));
  expect(remove).not.toHaveBeenCalled();
  elapse();
  expect(remove.mock.calls).toEqual([['a']]);
  expect(deletes.get().size).toBe(0);
});

test('undone is not deleted', () => {
  const { deletes, remove, elapse } = build();
  deletes.start('a');
  deletes.start('b');
  expect(deletes.undo('a')).toBe(true);
  elapse();
  expect(deletes.undo('b')).toBe(false);
  expect(remove.mock.calls).toEqual([['b']]);
});

test('leaving the page deletes what waits', () => {
  const { deletes, remove, timers } = build();
  deletes.start('a');
  deletes.start('b');
  deletes.flush();
  deletes.flush();
  expect(remove.mock.calls).toEqual([['a'], ['b']]);
  expect(timers.size).toBe(0);
});

test('listeners hear of each change and may stop', () => {
  const { deletes } = build();
  const listener = vi.fn<() => void>();
  const stop = deletes.subscribe(listener);
  deletes.start('a');
  deletes.undo('a');
  expect(listener).toHaveBeenCalledTimes(2);
  stop();
  deletes.start('a');
  expect(listener).toHaveBeenCalledTimes(2);
});
