import { toUserId } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { isModerator, toCaller } from './identity.ts';

test('a host’s id becomes the same UUID every time, and a UUID stays itself in lower case (A1)', () => {
  const uuid = '018F4E5C-7B1A-7C3D-9E2F-0A1B2C3D4E5F';
  expect(toCaller({ id: uuid }).user.id).toBe(uuid.toLowerCase());
  expect(toCaller({ id: '42' }).user.id).toBe(toUserId('host', '42'));
  expect(toCaller({ id: '42' }).user.id).not.toBe(toCaller({ id: '43' }).user.id);
});

test('whoever is not said to be more is a member and no guest (A9)', () => {
  const caller = toCaller({ id: '1' });
  expect(caller).toMatchObject({ role: 'member', user: { isGuest: false }, issuedAt: undefined, expiresAt: undefined });
  expect(isModerator(caller)).toBe(false);
  expect(isModerator(toCaller({ id: '1', role: 'moderator' }))).toBe(true);
  expect(isModerator(toCaller({ id: '1', role: 'admin' }))).toBe(true);
});

test('of an identity nothing is taken over but what is known (A7)', () => {
  const identity = { id: '1', username: 'ann', email: 'ann@example.com' };
  expect(Object.keys(toCaller(identity).user).toSorted()).toEqual(['id', 'isGuest', 'name', 'username']);
});
