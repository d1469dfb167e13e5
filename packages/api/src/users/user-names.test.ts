import { randomUUID } from 'node:crypto';
import { eq, users } from '@folkmoot/db/drizzle';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApi, person, type TestApi } from '../testing/index.ts';
import { toCaller } from '../identity.ts';
import { createUserService } from './user-service.ts';
import { createUserStore, type UserStore } from './user-store.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

/** Someone who signs in under names that change: with the date of the credential, or without one. */
async function signIn(id: string, name: string, issuedAt?: Date): Promise<void> {
  await api.caller(person('x', { id, username: name, name, issuedAt })).auth.me();
}

async function storedName(id: string): Promise<string | undefined> {
  const [row] = await api.database.select().from(users).where(eq(users.id, id));
  return row?.name;
}

test('names are those of the newest credential, in whatever order they are seen (A9)', async () => {
  const id = randomUUID();
  await signIn(id, 'second', at(2));
  expect(await storedName(id)).toBe('second');
  await signIn(id, 'first', at(1));
  expect(await storedName(id)).toBe('second');
  await signIn(id, 'third', at(3));
  expect(await storedName(id)).toBe('third');
  await signIn(id, 'second', at(2));
  expect(await storedName(id)).toBe('third');
});

test('without a date the names last seen are kept, and they make no older credential newer (A9)', async () => {
  const id = randomUUID();
  await signIn(id, 'one');
  await signIn(id, 'two');
  expect(await storedName(id)).toBe('two');
  await signIn(id, 'dated', at(5));
  await signIn(id, 'undated');
  expect(await storedName(id)).toBe('undated');
  await signIn(id, 'older', at(4));
  expect(await storedName(id)).toBe('undated');
  await signIn(id, 'newer', at(6));
  expect(await storedName(id)).toBe('newer');
});

test('messages show the names that their author has at the time of reading (R3, A9)', async () => {
  const id = randomUUID();
  const before = api.caller(person('x', { id, name: 'Before', issuedAt: at(1) })).chat;
  const { id: messageId } = await before.send({ message: 'hello' });
  const after = api.caller(person('x', { id, name: 'After', issuedAt: at(2) })).chat;
  await after.send({ message: 'again' });
  const { messages } = await before.history({ around: messageId, limit: 5 });
  expect(messages.find((message) => message.id === messageId)?.user.name).toBe('After');
});

test('a user whose row is gone, as after a restore, is stored anew by the next write (S5)', async () => {
  const id = randomUUID();
  const { chat } = api.caller(person('x', { id, name: 'Back' }));
  const { chat: other } = api.caller(person('other'));
  await chat.setTyping({ isTyping: true });
  await expect(chat.delete({ messageId: randomUUID() })).rejects.toMatchObject({
    cause: { code: 'MESSAGE_NOT_FOUND' },
  });
  expect(await storedName(id)).toBe('Back');
  await api.database.delete(users).where(eq(users.id, id));
  const sent = await Promise.all([chat.send({ message: 'here again' }), other.send({ message: 'me too' })]);
  expect(sent[0]).toMatchObject({ message: 'here again', user: { id, name: 'Back' } });
  expect(await storedName(id)).toBe('Back');
});

test('an older credential of a known user asks the database nothing, a newer one does (A9)', async () => {
  const caller = (name: string, issuedAt: Date) => toCaller(person('remembered', { name, issuedAt }));
  const { save: store } = createUserStore(api.database);
  const save = vi.fn<UserStore['save']>(store);
  const service = createUserService({ save });
  await service.ensure(caller('New', at(2)));
  expect(await service.ensure(caller('Old', at(1)))).toMatchObject({ name: 'New' });
  expect(save).toHaveBeenCalledOnce();
  expect(await service.ensure(caller('Newest', at(3)))).toMatchObject({ name: 'Newest' });
  expect(save).toHaveBeenCalledTimes(2);
});

test('no user has more than the keys that everyone may see (A7)', async () => {
  const { user } = await api.caller(person('ann')).chat.send({ message: 'hello' });
  expect(Object.keys(user).toSorted()).toEqual(['id', 'isGuest', 'name', 'username']);
});
