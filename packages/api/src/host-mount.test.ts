import { type HintEvent, type MessageStreamEvent, toUserId } from '@folkmoot/contract';
import { connectDatabase, migrateDatabase } from '@folkmoot/db';
import { TRPCClientError } from '@trpc/client';
import { expect, test, vi } from 'vitest';
import { type HostRouter, startHostServer } from '../test/host-application.ts';
import { connectHostClient, type HostClient, type HostTransport } from '../test/host-client.ts';
import { createHostDatabase } from '../test/host-database.ts';
import { createChatServices } from './chat-services.ts';

async function createHost() {
  const database = await createHostDatabase();
  await database.migrateHost(1);
  const before = await database.describeHost();
  await migrateDatabase({ url: database.url });
  const connection = connectDatabase({ url: database.url });
  const services = await createChatServices({ database: connection.db, rooms: ['main-chat'] });
  const server = await startHostServer(database, services);
  return {
    database,
    before,
    url: server.url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await services.close();
      await connection.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function refusalOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TRPCClientError)) throw new Error(`Expected a refusal, not ${String(error)}.`);
  return { message: error.message, data: error.data };
}

function follow({ trpc }: HostClient) {
  const events: MessageStreamEvent[] = [];
  const hints: HintEvent[] = [];
  const failures: unknown[] = [];
  const onError = (error: unknown) => failures.push(error);
  const streams = [
    trpc.chat.message.subscribe({}, { onData: ({ data }) => events.push(data), onError }),
    trpc.chat.hints.subscribe({}, { onData: (hint) => hints.push(hint), onError }),
  ];
  return { events, hints, failures, stop: () => streams.forEach((stream) => stream.unsubscribe()) };
}

const types = (list: readonly { type: string }[]) => list.map(({ type }) => type);
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 20 });

test.for(['websocket', 'http'] satisfies HostTransport[])(
  'a host’s own server has the whole chat over %s, with its sessions, and nothing of the host is touched (T1, A1)',
  { timeout: 60_000 },
  async (transport) => {
    await using host = await createHost();
    using ann = connectHostClient(host.url, transport, 'session-ann');
    using bob = connectHostClient(host.url, transport, 'session-bob');
    using mo = connectHostClient(host.url, transport, 'session-mo');
    const seen = follow(bob);
    await until(() => {
      expect(types(seen.events)).toEqual(['ready']);
      expect(seen.hints[0]).toMatchObject({ type: 'presence-state' });
    });

    await ann.trpc.chat.setTyping.mutate({ isTyping: true });
    const sent = await ann.trpc.chat.send.mutate({ message: 'from a host' });
    expect(sent.user).toEqual({ id: toUserId('host', '1'), username: 'user1', name: 'Ann Host', isGuest: false });
    expect(sent.createdAt).toBeInstanceOf(Date);
    await ann.trpc.chat.edit.mutate({ messageId: sent.id, message: 'still from a host' });
    expect((await refusalOf(bob.trpc.chat.delete.mutate({ messageId: sent.id }))).data.chat.code).toBe(
      'NOT_YOUR_MESSAGE',
    );
    await mo.trpc.chat.delete.mutate({ messageId: sent.id });
    await until(() => {
      expect(types(seen.events)).toEqual(['ready', 'message-received', 'message-edited', 'message-deleted']);
      expect(seen.hints.filter(({ type }) => type === 'user-typing')).toMatchObject([
        { isTyping: true },
        { isTyping: false },
      ]);
    });

    const page = await bob.trpc.chat.history.query();
    expect(page.messages).toMatchObject([{ id: sent.id, isDeleted: true, message: '' }]);
    expect(await bob.trpc.chat.online.query()).toMatchObject({ count: 1, users: [{ name: 'Bob Host' }] });
    expect(await ann.trpc.chat.stats.query({ days: 1 })).toMatchObject({ totalMessages: 0 });
    expect(await ann.trpc.account.me.query()).toMatchObject({ id: 1, email: 'ann@example.com' });
    expect(seen.failures).toEqual([]);
    seen.stop();

    expect(await host.database.describeHost()).toEqual(host.before);
  },
);

test('a host’s error formatter, and what its own procedures throw, stay as the host made them (S7)', async () => {
  await using host = await createHost();
  using ann = connectHostClient(host.url, 'http', 'session-ann');
  using nobody = connectHostClient(host.url, 'http');

  const conflict = await refusalOf(ann.trpc.account.rename.mutate({ name: 'Bob' }));
  expect(conflict.message).toBe('Bob is taken, says the host.');
  expect(conflict.data).toMatchObject({
    code: 'CONFLICT',
    httpStatus: 409,
    zodError: null,
    requestId: expect.stringMatching(/^request-/),
  });
  expect(conflict.data).toHaveProperty('stack');
  const crash = await refusalOf(ann.trpc.account.crash.query());
  expect(crash.message).toBe('the host tripped');
  const short = await refusalOf(ann.trpc.account.rename.mutate({ name: 'x' }));
  expect(short.data.zodError?.fieldErrors).toHaveProperty('name');
  expect((await refusalOf(nobody.trpc.account.me.query())).message).toBe('No session, says the host.');

  const ours = await refusalOf(nobody.trpc.chat.history.query());
  expect(ours.data).toMatchObject({
    code: 'UNAUTHORIZED',
    httpStatus: 401,
    requestId: expect.stringMatching(/^request-/),
    zodError: null,
    chat: { code: 'UNAUTHORIZED', retryable: 'no' },
  });
  expect(ours.data).not.toHaveProperty('stack');
});

test.for(['websocket', 'http'] satisfies HostTransport[])(
  'over %s a stock client is told once, and for good, that a stream cannot be had (S7, T1)',
  async (transport) => {
    await using host = await createHost();
    using ann = connectHostClient(host.url, transport, 'session-ann');
    using nobody = connectHostClient(host.url, transport);
    for (const [client, room, code] of [
      [ann, 'no-room', 'ROOM_NOT_FOUND'],
      [nobody, 'main-chat', 'UNAUTHORIZED'],
    ] as const) {
      const failures: unknown[] = [];
      const onError = (error: TRPCClientError<HostRouter>) => failures.push(error.data?.chat.code);
      client.trpc.chat.message.subscribe({ room }, { onError });
      client.trpc.chat.presence.subscribe({ room }, { onError });
      await until(() => expect(failures).toEqual([code, code]));
    }
  },
);

const bomb = { json: { name: 'Ann', message: 'x' }, meta: { referentialEqualities: { name: ['message'] } } };

test('an input that is refused reaches a host’s own procedures as an object without keys (A8)', async () => {
  await using host = await createHost();
  const response = await fetch(`${host.url}/account.rename`, {
    method: 'POST',
    headers: { cookie: 'session=session-ann', 'content-type': 'application/json' },
    body: JSON.stringify(bomb),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { json: { data: { code: 'BAD_REQUEST', zodError: { fieldErrors: { name: [expect.any(String)] } } } } },
  });
});

test('a refused input in a frame of a WebSocket fails under its own id, and the others of the frame succeed (A5)', async () => {
  await using host = await createHost();
  const socket = new WebSocket(`${host.url.replace('http', 'ws')}?connectionParams=1`);
  const answers = new Map<number, unknown>();
  socket.addEventListener('message', ({ data }) => {
    for (const answer of [JSON.parse(String(data))].flat()) answers.set(answer.id, answer);
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.send(JSON.stringify({ method: 'connectionParams', data: { session: 'session-ann' } }));
  const send = (id: number, input: unknown) => ({ id, method: 'mutation', params: { path: 'chat.send', input } });
  socket.send(
    JSON.stringify([
      send(1, { json: { message: 'one' } }),
      send(2, bomb),
      send(3, 'x'),
      send(4, { json: { message: 'two' } }),
    ]),
  );
  await until(() => expect(answers.size).toBe(4));
  expect(answers.get(1)).toMatchObject({ result: { data: { json: { message: 'one', seq: 1 } } } });
  expect(answers.get(2)).toMatchObject({ error: { json: { data: { chat: { code: 'INPUT_TOO_LARGE' } } } } });
  expect(answers.get(3)).toMatchObject({ error: { json: { data: { chat: { code: 'INVALID_INPUT' } } } } });
  expect(answers.get(4)).toMatchObject({ result: { data: { json: { message: 'two', seq: 2 } } } });
  socket.close();
});

test('a host’s migrations and ours run in any order and never meet, though its journal is newer than ours', async () => {
  await using database = await createHostDatabase();
  await migrateDatabase({ url: database.url });
  await database.migrateHost(1);
  const before = await database.describeHost();
  await migrateDatabase({ url: database.url });
  expect(await database.describeHost()).toEqual(before);
  await database.migrateHost(2);
  await migrateDatabase({ url: database.url });
  const [counts] = await database.sql`
    select (select count(*)::int from drizzle.__drizzle_migrations) as host,
      (select count(*)::int from folkmoot.migrations) as ours,
      (select count(*)::int from users where phone is null) as users`;
  expect(counts).toMatchObject({ host: 2, users: 3 });
  expect(counts?.['ours']).toBeGreaterThan(0);
});
