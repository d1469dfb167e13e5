import type { User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { toCaller } from '../identity.ts';
import { person } from '../testing/people.ts';
import { createUserService } from './user-service.ts';

function createWorld() {
  const saved: User[] = [];
  let failure: Error | undefined;
  const users = createUserService({
    save(user) {
      saved.push(user);
      return failure ? Promise.reject(failure) : Promise.resolve({ ...user, name: `stored ${user.name}` });
    },
  });
  return { users, saved, fail: (error: Error | undefined) => (failure = error) };
}
const ann = toCaller(person('ann'));

test('a credential is stored once, however often and at once it calls, and a new one once more (A9)', async () => {
  const { users, saved } = createWorld();
  const first = await Promise.all(Array.from({ length: 50 }, () => users.ensure(ann)));
  expect(new Set(first.map(({ name }) => name))).toEqual(new Set(['stored ANN']));
  expect(saved).toHaveLength(1);
  await users.ensure(toCaller(person('ann', { name: 'Annabel' })));
  await users.ensure(toCaller(person('ann', { name: 'Annabel', issuedAt: new Date(1) })));
  expect(saved).toHaveLength(3);
  users.forget(ann.user.id);
  await users.ensure(toCaller(person('ann', { name: 'Annabel', issuedAt: new Date(1) })));
  expect(saved).toHaveLength(4);
});

test('what failed to be stored is tried again by the next call (T4)', async () => {
  const { users, saved, fail } = createWorld();
  fail(new Error('the database is away'));
  await expect(users.ensure(ann)).rejects.toThrow('the database is away');
  fail(undefined);
  expect(await users.ensure(ann)).toMatchObject({ name: 'stored ANN' });
  expect(saved).toHaveLength(2);
});

test('recalling asks nobody: it gives what is remembered, else what the credential says (P4)', async () => {
  const { users, saved } = createWorld();
  expect(await users.recall(ann)).toEqual(ann.user);
  await users.ensure(ann);
  expect(await users.recall(ann)).toMatchObject({ name: 'stored ANN' });
  expect(saved).toHaveLength(1);
});

test('only so many people are remembered, and who is forgotten is simply stored again (A8)', async () => {
  const { users, saved } = createWorld();
  for (let index = 0; index < 10_001; index++) await users.ensure(toCaller({ id: `user-${index}` }));
  await users.ensure(toCaller({ id: 'user-10000' }));
  expect(saved).toHaveLength(10_001);
  await users.ensure(toCaller({ id: 'user-0' }));
  expect(saved).toHaveLength(10_002);
});
