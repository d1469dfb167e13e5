import type { User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createFakeClock, createTestApi, person, readStream } from '../testing/index.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tokens that say who they are of, and the moments at which they were made. */
function createGuests() {
  const clock = createFakeClock();
  const issued: User[] = [];
  return {
    clock,
    issued,
    issue(guest: User) {
      issued.push(guest);
      clock.advance(1_000);
      const issuedAt = new Date(clock.now());
      return Promise.resolve({ token: `token-${issued.length}`, issuedAt, expiresAt: new Date(clock.now() + 1e9) });
    },
  };
}

test('a guest gets a token and an id of their own, and is marked as one wherever their name goes (A9)', async () => {
  const guests = createGuests();
  await using api = await createTestApi({ guests });
  const { token, user } = await api.caller(null).auth.guest({ name: '  Gast\u202e ' });
  expect(token).toBe('token-1');
  expect(user).toEqual({
    id: expect.stringMatching(uuid),
    username: `guest-${user.id.slice(0, 8)}`,
    name: 'Gast',
    isGuest: true,
  });
  expect(guests.issued).toEqual([user]);

  const guest = api.caller(user);
  expect(await guest.auth.me()).toEqual({ ...user, role: 'member' });
  expect((await guest.chat.send({ message: 'hello' })).user).toEqual(user);
  const hints = readStream((signal) => api.router.createCaller({ identity: person('ann') }, { signal }).chat.hints());
  await expect.poll(() => hints.values.length).toBe(1);
  await guest.chat.setTyping({ isTyping: true });
  await using stream = api.follow(user);
  await stream.next(1);
  await expect
    .poll(() => hints.values.slice(1))
    .toMatchObject([
      { type: 'user-typing', user },
      { type: 'user-joined', user },
    ]);
  expect(await guest.chat.online()).toEqual({ count: 1, users: [user] });
  await hints.close();
});

test('with a guest’s own token it is the same guest again, under the new name (contract, A9)', async () => {
  const guests = createGuests();
  await using api = await createTestApi({ guests });
  const first = await api.caller(null).auth.guest({ name: 'Gast' });
  const again = await api
    .caller({ ...first.user, issuedAt: new Date(guests.clock.now()) })
    .auth.guest({ name: 'Gästin' });
  expect(again.user).toEqual({ ...first.user, name: 'Gästin' });
  expect(again.token).not.toBe(first.token);
  const other = await api.caller(null).auth.guest({ name: 'Gast' });
  expect(other.user.id).not.toBe(first.user.id);
});

test('a member who asks for a guest gets a new one, and stays who they are (A1, A9)', async () => {
  await using api = await createTestApi({ guests: createGuests() });
  const ann = api.caller(person('ann', { role: 'admin' }));
  const me = await ann.auth.me();
  const { user } = await ann.auth.guest({ name: 'Gast' });
  expect(user.id).not.toBe(me.id);
  expect(await api.caller(user).auth.me()).toMatchObject({ role: 'member', isGuest: true });
  expect(await ann.auth.me()).toEqual(me);
});

test('a name that nobody could see is refused, and makes no guest (A9)', async () => {
  const guests = createGuests();
  await using api = await createTestApi({ guests });
  for (const name of ['', '  ', '\u200b', '\u202e']) {
    await expect(api.caller(null).auth.guest({ name })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'Give a name with a visible character.',
    });
  }
  expect(guests.issued).toEqual([]);
});

test('where guests are not let in, nobody becomes one (S7)', async () => {
  await using api = await createTestApi();
  await expect(api.caller(null).auth.guest({ name: 'Gast' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
    cause: { code: 'GUEST_LOGIN_OFF' },
  });
});
