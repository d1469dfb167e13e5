import { expect, test, vi } from 'vitest';
import { createSessionStore } from './session-store.ts';

const user = { id: '00000000-0000-4000-8000-000000000001', username: 'ada', name: 'Ada', isGuest: true };
const ada = { name: 'Ada', token: 't', user };
const nobody = { name: '', token: null, user: null };

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
  store.set(ada);
  expect(listener).toHaveBeenCalledTimes(1);
  expect(createSessionStore(() => storage, '').get()).toEqual(ada);
  expect(createSessionStore(() => storage, 'bob').get()).toEqual(nobody);
});

test('what another tab has changed is seen when one looks again', () => {
  const storage = memoryStorage();
  const here = createSessionStore(() => storage, '');
  const there = createSessionStore(() => storage, '');
  there.set(ada);
  expect(here.get()).toEqual(nobody);
  here.reload();
  expect(here.get()).toEqual(ada);
  const before = here.get();
  here.reload();
  expect(here.get()).toBe(before);
});

test('a browser that forbids storage, or holds something else there, is no reason not to chat', () => {
  const forbidden = createSessionStore(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  }, '');
  expect(forbidden.get()).toEqual(nobody);
  forbidden.set(ada);
  forbidden.reload();
  expect(forbidden.get()).toEqual(ada);

  for (const stored of ['', '{', '[]', '7', '{"name":3,"token":{}}', '{"token":null,"user":7}']) {
    const storage = memoryStorage();
    storage.setItem('folkmoot.session', stored);
    expect(createSessionStore(() => storage, '').get()).toEqual(nobody);
  }
  const storage = memoryStorage();
  storage.setItem('folkmoot.session', '{"name":"Ada","token":"t","user":{"id":1}}');
  expect(createSessionStore(() => storage, '').get()).toEqual({ name: 'Ada', token: 't', user: null });
});
