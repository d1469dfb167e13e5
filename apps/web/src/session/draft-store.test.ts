import { expect, test } from 'vitest';
import { createDraftStore } from './draft-store.ts';

test('a draft is kept for the one who writes it, and for nobody else in the same tab', () => {
  const items = new Map<string, string>();
  const storage = () => ({
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  });
  createDraftStore(storage, '').keep('ada', 'Dear diary');
  expect(createDraftStore(storage, '').load('ada')).toBe('Dear diary');
  expect(createDraftStore(storage, '').load('bob')).toBe('');
  expect(createDraftStore(storage, 'other').load('ada')).toBe('');
});

test('where storage is forbidden there is no draft, and no error', () => {
  const store = createDraftStore(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  }, '');
  store.keep('ada', 'Dear diary');
  expect(store.load('ada')).toBe('');
});
