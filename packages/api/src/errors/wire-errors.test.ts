import { randomUUID } from 'node:crypto';
import { type ChatErrorCode, errorCatalogue, limits } from '@folkmoot/contract';
import { bans } from '@folkmoot/db/drizzle';
import { TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { toCaller } from '../identity.ts';
import {
  callOverFetch,
  createFakeClock,
  createTestApi,
  person,
  type TestApi,
  type WireError,
} from '../testing/index.ts';
import { DomainError } from './domain-error.ts';

const ann = { identity: person('ann') };
const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(superjson.serialize(value)));

/** What one call fails with on the wire, and with which status. */
async function failure(
  api: TestApi,
  call: Parameters<typeof callOverFetch>[2] & { as?: Parameters<typeof callOverFetch>[1] },
) {
  const { as = ann, ...request } = call;
  const { status, text, answers } = await callOverFetch(api.router, as, request);
  const [answer] = answers;
  if (!answer?.error) throw new Error(`Expected an error, not ${text}`);
  return { status, text, error: answer.error };
}
const query = (path: string, input?: unknown) => ({ path, ...(input !== undefined && { input: wire(input) }) });
const mutation = (path: string, input: unknown) => ({ path, method: 'POST' as const, input: wire(input) });

function expectError(code: ChatErrorCode, status: number, error: WireError, more: object = {}): void {
  const { trpc, retryable } = errorCatalogue[code];
  expect(error.data['chat']).toEqual({ code, retryable, ...more });
  expect(
    Object.keys(error.data)
      .filter((key) => key !== 'path')
      .toSorted(),
  ).toEqual(['chat', 'code', 'httpStatus']);
  expect(error.data).toMatchObject({ code: trpc, httpStatus: status });
  expect(error.message).toMatch(/^[A-Z].{5,400}\.$/s);
}

test('every refusal comes over the wire with its code, its status and a sentence, and without a stack (S7)', async () => {
  await using api = await createTestApi();
  const sent = await api.caller(ann.identity).chat.send({ message: 'first', clientMessageId: randomUUID() });
  const deleted = await api.caller(ann.identity).chat.send({ message: 'second' });
  await api.caller(ann.identity).chat.delete({ messageId: deleted.id });
  const banned = person('banned');
  await api.caller(banned).auth.me();
  await api.database.insert(bans).values({ roomId: 'main-chat', userId: toCaller(banned).user.id, by: sent.userId });

  const send = (message: string, more: object = {}) => mutation('chat.send', { message, ...more });
  const cases: [ChatErrorCode, number, Parameters<typeof failure>[1]][] = [
    ['INVALID_INPUT', 400, query('chat.history', { limit: 101 })],
    ['INPUT_TOO_LARGE', 413, send('x'.repeat(limits.inputBytes))],
    ['INVALID_CURSOR', 400, query('chat.history', { cursor: 'side-room.older.7' })],
    ['MESSAGE_EMPTY', 400, send(' \u200b ')],
    ['MESSAGE_TOO_LONG', 400, send('x'.repeat(5001))],
    ['MESSAGE_HAS_FORBIDDEN_CHARACTERS', 400, send('a\u0000b')],
    ['ROOM_NOT_FOUND', 404, query('chat.history', { room: 'no-room' })],
    ['MESSAGE_NOT_FOUND', 404, mutation('chat.edit', { messageId: randomUUID(), message: 'x' })],
    ['MESSAGE_DELETED', 409, mutation('chat.edit', { messageId: deleted.id, message: 'x' })],
    ['NOT_YOUR_MESSAGE', 403, { ...mutation('chat.delete', { messageId: sent.id }), as: { identity: person('bob') } }],
    ['CLIENT_MESSAGE_ID_REUSED', 409, send('other', { clientMessageId: sent.clientMessageId })],
    ['UNAUTHORIZED', 401, { ...query('chat.rooms'), as: { identity: null } }],
    ['TOKEN_INVALID', 401, { ...query('chat.recent'), as: { identity: new DomainError('TOKEN_INVALID') } }],
    ['TOKEN_EXPIRED', 401, { ...query('auth.me'), as: { identity: new DomainError('TOKEN_EXPIRED') } }],
    ['FORBIDDEN', 403, { ...query('auth.me'), as: { identity: new TRPCError({ code: 'FORBIDDEN' }) } }],
    ['BANNED', 403, { ...send('x'), as: { identity: banned } }],
    ['GUEST_LOGIN_OFF', 403, mutation('auth.guest', { name: 'Gast' })],
    ['INTERNAL', 500, { ...query('chat.rooms'), as: { identity: new Error('secret of the host') } }],
  ];
  for (const [code, status, call] of cases) {
    const answer = await failure(api, call);
    expectError(code, status, answer.error);
    expect(answer.status, code).toBe(status);
    expect(answer.text, code).not.toContain('secret');
    expect(answer.text, code).not.toContain('node_modules');
  }
});

test('a refusal for a limit says how long to wait (S7, A6)', async () => {
  await using api = await createTestApi({ rateLimits: true, clock: createFakeClock() });
  for (let call = 0; call < 100; call++) await api.caller(ann.identity).chat.rooms();
  const { status, error } = await failure(api, query('chat.rooms'));
  expect(status).toBe(429);
  expectError('RATE_LIMITED', 429, error, { retryAfterMs: 50 });
});

test('a server that is closing says TOO_BUSY to new writes (S7, T5)', async () => {
  await using api = await createTestApi();
  await api.services.close();
  const { error } = await failure(api, mutation('chat.send', { message: 'late' }));
  expectError('TOO_BUSY', 503, error);
});

test('a database out of reach is told as that, and shows nothing of the query that failed (S7, T4, A8)', async () => {
  await using api = await createTestApi();
  await api.sql.end();
  for (const call of [query('chat.recent'), query('chat.history'), query('auth.me')]) {
    const { text, error } = await failure(api, call);
    expectError('DATABASE_UNAVAILABLE', 503, error);
    expect(text).not.toMatch(/select|insert|ECONN|CONNECTION/);
  }
});

test('a write whose answer was lost is told as possibly done (S7, S2)', async () => {
  const clock = createFakeClock();
  await using api = await createTestApi({ clock });
  await api.caller(ann.identity).auth.me();
  const other = api.testDatabase.connect().sql;
  const release = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const lock = other.begin(async (sql) => {
    await sql`select from folkmoot.rooms where slug = 'main-chat' for update`;
    held.resolve();
    await release.promise;
  });
  await held.promise;

  const answer = failure(api, mutation('chat.send', { message: 'held up' }));
  const findWaiting = () => other`
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await findWaiting()).length).toBe(1);
  clock.advance(11_000);
  await other`select pg_terminate_backend(${(await findWaiting())[0]?.['pid']})`;
  expectError('OUTCOME_UNKNOWN', 503, (await answer).error);
  release.resolve();
  await lock;
});

test('what tRPC itself refuses is of the same shape (S7)', async () => {
  await using api = await createTestApi();
  const cases: [ChatErrorCode, Parameters<typeof failure>[1]][] = [
    ['PROCEDURE_NOT_FOUND', query('chat.nope')],
    ['PROCEDURE_NOT_FOUND', query('__proto__.constructor')],
    ['INVALID_INPUT', { path: 'chat.send', method: 'POST', body: '{"json": ' }],
    ['INVALID_INPUT', { path: 'chat.send' }],
    ['INVALID_INPUT', { path: 'chat.send', method: 'POST', body: '{"room":"main-chat"}' }],
  ];
  for (const [code, call] of cases) {
    const { error } = await failure(api, call);
    expect(error.data['chat'], JSON.stringify(call)).toEqual({ code, retryable: 'no' });
    expect(error.data).not.toHaveProperty('stack');
    expect(error.message).toMatch(/^[A-Z]/);
  }
  const broken = await failure(api, { path: 'chat.send', method: 'POST', body: '{"json": {"message": "private text' });
  expect(broken.error.message).toBe('The input is not JSON.');
});

test('an input that is not valid is refused with a sentence that names what is wrong (S7)', async () => {
  await using api = await createTestApi();
  for (const [path, input, named] of [
    ['chat.history', { limit: 101 }, 'limit: '],
    ['chat.history', { limit: 0 }, 'limit: '],
    ['chat.history', { page: 0 }, 'page: '],
    ['chat.history', { page: 200, limit: 100 }, 'page: '],
    ['chat.history', { page: 1, cursor: 'main-chat.older.1' }, 'at most one of cursor, page and around'],
    ['chat.history', { around: 'x' }, 'around: '],
    ['chat.history', { room: 'Main Chat' }, 'room: '],
    ['chat.events', { after: 'x'.repeat(201) }, 'after: '],
    ['chat.events', {}, 'after: '],
    ['chat.userMessages', { userId: 'ann' }, 'userId: '],
    ['chat.stats', { days: 366 }, 'days: '],
  ] as const) {
    const { error } = await failure(api, query(path, input));
    expectError('INVALID_INPUT', 400, error);
    expect(error.message).toContain('The input is not valid. ');
    expect(error.message).toContain(named);
  }
});

test('in a batch each input is refused for itself, and the others are unharmed (A5)', async () => {
  await using api = await createTestApi();
  const bomb = { json: { a: [1] }, meta: { referentialEqualities: { a: ['b'] } } };
  const sends = await callOverFetch(api.router, ann, {
    path: 'chat.send,chat.send,chat.send,chat.send',
    method: 'POST',
    batch: true,
    input: { 0: wire({ message: 'one' }), 1: bomb, 2: { message: 'no superjson' }, 3: wire({ message: 'two' }) },
  });
  expect(sends.answers).toMatchObject([
    { data: { message: 'one', seq: 1 } },
    { error: { data: { chat: { code: 'INPUT_TOO_LARGE' } } } },
    { error: { data: { chat: { code: 'INVALID_INPUT' } } } },
    { data: { message: 'two', seq: 2 } },
  ]);
});

test('an input with __proto__ keys is like one without (A8)', async () => {
  await using api = await createTestApi();
  const body =
    '{"json":{"message":"plain","__proto__":{"room":"side-room","userId":"x"},"constructor":{"prototype":{"a":1}}}}';
  const { status } = await callOverFetch(api.router, ann, { path: 'chat.send', method: 'POST', body });
  if (status === 200)
    expect((await api.caller(null).chat.recent()).messages).toMatchObject([{ message: 'plain', room: 'main-chat' }]);
  expect([200, 400]).toContain(status);
  expect({}).not.toHaveProperty('room');
});
