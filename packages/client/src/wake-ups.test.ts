import { afterEach, expect, test, vi } from 'vitest';
import { watchPageWakeUps } from './wake-ups.ts';

afterEach(() => vi.unstubAllGlobals());

test('a page wakes when its network returns and when it is seen, not when it is hidden, and not after the end', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const window = new EventTarget();
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', page);
  const why: string[] = [];
  const stop = watchPageWakeUps((reason) => why.push(reason));
  page.dispatchEvent(new Event('visibilitychange'));
  expect(why).toEqual([]);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('online'));
  expect(why).toEqual(['visible', 'online']);
  stop();
  page.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('online'));
  expect(why).toHaveLength(2);
});

test('where there is no page nothing ever wakes', () => {
  expect(() => watchPageWakeUps(() => undefined)()).not.toThrow();
});
