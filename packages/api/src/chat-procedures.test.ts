import { type AnyTRPCProcedure, callTRPCProcedure, TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { DomainError } from './errors/domain-error.ts';
import { createFakeClock, createTestApi, person, type TestApi, type TestContext } from './testing/index.ts';

const openToAnyone = ['auth.guest', 'chat.recent', 'chat.stats'];
const guests = { issue: () => Promise.resolve({ token: 't', issuedAt: new Date(), expiresAt: new Date(9e12) }) };

/** Calls a procedure by its path with an input that fits none, as far as it is looked at. */
async function codeOf(api: TestApi, path: string, ctx: TestContext): Promise<unknown> {
  // At run time they lie flat, by their paths.
  const { type } = (Reflect.get(api.router._def.procedures, path) as AnyTRPCProcedure)._def;
  try {
    await callTRPCProcedure({
      router: api.router,
      path,
      getRawInput: () => Promise.resolve(7),
      ctx,
      type,
      signal: undefined,
      batchIndex: 0,
    });
    return 'ok';
  } catch (error) {
    return error instanceof TRPCError && error.cause instanceof DomainError ? error.cause.code : error;
  }
}

test.for(['TOKEN_INVALID', 'TOKEN_EXPIRED'] as const)(
  'a credential that fails as %s gets that from every call, never anonymous rights; auth.guest alone ignores it (A2)',
  async (code) => {
    await using api = await createTestApi({ guests });
    const identity = new DomainError(code);
    for (const path of Object.keys(api.router._def.procedures)) {
      // With its input wrong, too: nobody learns what an input should be before they are known.
      expect(await codeOf(api, path, { identity }), path).toBe(path === 'auth.guest' ? 'INVALID_INPUT' : code);
    }
    const session = await api.caller(identity).auth.guest({ name: 'Gast' });
    expect(session.user).toMatchObject({ name: 'Gast', isGuest: true });
  },
);

test('a host may refuse with an error of tRPC’s own, and auth.guest ignores that, too (A2)', async () => {
  await using api = await createTestApi({ guests });
  const identity = new TRPCError({ code: 'UNAUTHORIZED', message: 'Your session is over.' });
  await expect(api.caller(identity).chat.rooms()).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    message: 'Your session is over.',
    cause: { code: 'UNAUTHORIZED', retryable: 'no' },
  });
  await api.caller(identity).auth.guest({ name: 'Gast' });
});

test('what keeps a credential from being checked does not make a new guest of an old one (A2)', async () => {
  await using api = await createTestApi({ guests });
  for (const [identity, code] of [
    [new DomainError('TOO_BUSY'), 'TOO_BUSY'],
    [Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'DATABASE_UNAVAILABLE'],
    [new Error('a fault of the host'), 'INTERNAL'],
  ] as const) {
    await expect(api.caller(identity).auth.guest({ name: 'Gast' })).rejects.toMatchObject({ cause: { code } });
  }
});

test('who is nobody gets UNAUTHORIZED, but for what is open to anyone (A2)', async () => {
  await using api = await createTestApi({ guests });
  for (const path of Object.keys(api.router._def.procedures)) {
    const expected = openToAnyone.includes(path) ? 'INVALID_INPUT' : 'UNAUTHORIZED';
    expect(await codeOf(api, path, { identity: null }), path).toBe(expected);
  }
});

test('without anonymous reads recent and stats need signing in, and guests still can (A2)', async () => {
  await using api = await createTestApi({ guests, anonymousReads: false });
  for (const path of ['chat.recent', 'chat.stats']) {
    expect(await codeOf(api, path, { identity: null }), path).toBe('UNAUTHORIZED');
  }
  await api.caller(person('ann')).chat.recent();
  await api.caller(person('ann')).chat.stats();
  await api.caller(null).auth.guest({ name: 'Gast' });
});

test('the expiry is looked at in every call of a connection, to the millisecond (A3)', async () => {
  const clock = createFakeClock();
  await using api = await createTestApi({ clock, guests });
  const ann = person('ann', { expiresAt: new Date(clock.now() + 1_000) });
  const connection = api.caller(ann);
  clock.advance(999);
  await connection.chat.rooms();
  await connection.chat.send({ message: 'in time' });
  clock.advance(1);
  for (const path of Object.keys(api.router._def.procedures)) {
    const expected = path === 'auth.guest' ? 'INVALID_INPUT' : 'TOKEN_EXPIRED';
    expect(await codeOf(api, path, { identity: ann }), path).toBe(expected);
  }
  await expect(connection.chat.send({ message: 'late' })).rejects.toMatchObject({ cause: { code: 'TOKEN_EXPIRED' } });
});

test('a user id in an input is nobody’s identity (A1)', async () => {
  await using api = await createTestApi();
  const victim = await api.caller(person('victim')).auth.me();
  const input = { message: 'not from the victim', userId: victim.id, user: victim };
  const sent = await api.caller(person('ann')).chat.send(input);
  expect(sent.user.username).toBe('ann');
  expect(sent.userId).not.toBe(victim.id);
});

test('rights come with the credential of each call and go with it: a role is stored nowhere (A9)', async () => {
  await using api = await createTestApi();
  const send = async () => (await api.caller(person('ann')).chat.send({ message: 'x' })).id;
  const connection: TestContext = { identity: person('mo', { role: 'moderator' }) };
  const mo = api.router.createCaller(connection);
  expect(await mo.auth.me()).toMatchObject({ role: 'moderator' });
  await mo.chat.delete({ messageId: await send() });

  connection.identity = person('mo');
  expect(await mo.auth.me()).toMatchObject({ role: 'member' });
  await expect(mo.chat.delete({ messageId: await send() })).rejects.toMatchObject({
    cause: { code: 'NOT_YOUR_MESSAGE' },
  });
  const columns = await api.sql`select column_name from information_schema.columns where table_schema = 'folkmoot'`;
  expect(
    columns.map(({ column_name }) => String(column_name)).filter((name) => /role|admin|moderator/.test(name)),
  ).toEqual([]);
});

test('names are cleaned before anybody sees them, and who has none gets one (A9)', async () => {
  await using api = await createTestApi();
  const me = await api.caller({ id: 'x', username: '\u202eevil\u0000 name', name: 'a'.repeat(80) }).auth.me();
  expect(me).toMatchObject({ username: 'evil name', name: 'a'.repeat(40) });
  const nameless = await api.caller({ id: 'y', username: '\u200b', name: ' ' }).auth.me();
  expect(nameless.username).toMatch(/^user-[0-9a-f]{8}$/);
  expect(nameless.name).toBe(nameless.username);
  expect(await api.caller({ id: 'z', username: 'zoe' }).auth.me()).toMatchObject({ username: 'zoe', name: 'zoe' });
});
