import { afterEach, expect, test, vi } from 'vitest';
import { watchPageStorage } from './key-value-storage.ts';

afterEach(() => vi.unstubAllGlobals());

test('a page tells of what other tabs have changed, by key, until it is no longer wanted', () => {
  const window = new EventTarget();
  vi.stubGlobal('window', window);
  const change = (key: string | null): void => void window.dispatchEvent(Object.assign(new Event('storage'), { key }));
  const onChange = vi.fn<(key: string) => void>();
  const stop = watchPageStorage(onChange);
  change('one');
  change(null);
  expect(onChange.mock.calls).toEqual([['one']]);
  stop();
  change('two');
  expect(onChange).toHaveBeenCalledTimes(1);
});

test('where there is no page nothing is ever told', () => {
  expect(watchPageStorage(vi.fn<() => void>())()).toBeUndefined();
});
