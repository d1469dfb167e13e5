import { expect, test, vi } from 'vitest';
import { createSessionStore } from './session-store.ts';

function memoryStorage() {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
}

test('a session outlives the page, apart for each slot', () => {
  const storage = memoryStorage();
  const listener = vi.fn<() => void>();
  const store = createSessionStore(() => storage, '');
  store.subscribe(listener);
  store.set({ name: 'Ada', token: 't' });
  expect(listener).toHaveBeenCalledTimes(1);
  expect(createSessionStore(() => storage, '').get()).toEqual({ name: 'Ada', token: 't' });
  expect(createSessionStore(() => storage, 'bob').get()).toEqual({ name: '', token: null });
});

test('a browser that forbids storage, or holds something else there, is no reason not to chat', () => {
  const forbidden = createSessionStore(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  }, '');
  expect(forbidden.get()).toEqual({ name: '', token: null });
  forbidden.set({ name: 'Ada', token: 't' });
  expect(forbidden.get()).toEqual({ name: 'Ada', token: 't' });

  for (const stored of ['', '{', '[]', '7', '{"name":3,"token":{}}']) {
    const storage = memoryStorage();
    storage.setItem('folkmoot.session', stored);
    expect(createSessionStore(() => storage, '').get()).toEqual({ name: '', token: null });
  }
});
