import { getEventListeners } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type HintEvent, limits, type PresenceEvent } from '@folkmoot/contract';
import { connectDatabase } from '@folkmoot/db';
import { expect, test, vi } from 'vitest';
import { createChatServices } from '../chat-services.ts';
import { DomainError } from '../errors/domain-error.ts';
import { isDatabaseTrouble } from '../errors/map-error.ts';
import { toCaller } from '../identity.ts';
import { createFakeClock, createTestApi, person, readStream, type TestApi } from '../testing/index.ts';

const until = (condition: () => void | Promise<void>) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });
const streams = ['message', 'typing', 'presence', 'hints'] as const;
const isPresence = (event: HintEvent): event is PresenceEvent => event.type !== 'user-typing';

type StreamName = (typeof streams)[number];
type OpenOptions = { signal: AbortSignal; expiresAt?: Date; room?: string };

/** One of the four streams, with the input that all of them take. */
function open(api: TestApi, name: StreamName, options: OpenOptions): PromiseLike<AsyncIterable<unknown>> {
  const { signal, expiresAt, room } = options;
  return api.router.createCaller({ identity: person('ann', { expiresAt }) }, { signal }).chat[name]({ room });
}

test.for(streams)(
  'chat.%s falls silent when the token expires and is over 30 s later, while calls are refused (A3)',
  async (name) => {
    const clock = createFakeClock();
    await using api = await createTestApi({ clock });
    const expiresAt = new Date(clock.now() + 60_000);
    const stream = readStream((signal) => open(api, name, { signal, expiresAt }));
    const watcher = readStream((signal) =>
      api.router.createCaller({ identity: person('bob') }, { signal }).chat.hints({}),
    );
    const ann = api.caller(person('ann', { expiresAt }));
    const bob = api.caller(person('bob'));
    await until(async () => {
      expect(watcher.values.length).toBeGreaterThan(0);
      if (name !== 'typing') expect(stream.values.length).toBeGreaterThan(0);
      if (name === 'typing') {
        await bob.chat.setTyping({ isTyping: true });
        await bob.chat.setTyping({ isTyping: false });
        clock.advance(1_000);
        expect(stream.values.length).toBeGreaterThan(0);
      }
    });
    await ann.chat.rooms();

    clock.advance(expiresAt.getTime() - clock.now());
    const seen = stream.values.length;
    await expect(ann.chat.rooms()).rejects.toMatchObject({ cause: { code: 'TOKEN_EXPIRED' } });
    await expect(ann.chat.recent()).rejects.toMatchObject({ cause: { code: 'TOKEN_EXPIRED' } });
    await bob.chat.setTyping({ isTyping: true });
    await bob.chat.send({ message: 'after the expiry' });
    await using carl = api.follow(person('carl'));
    await carl.next(1);
    let isOver = false;
    stream.ended.then(
      () => (isOver = true),
      () => undefined,
    );
    clock.advance(29_000);
    await api.database.execute('select 1');
    expect(isOver).toBe(false);
    expect(stream.values).toHaveLength(seen);
    clock.advance(2_000);
    expect(await stream.ended).toBeUndefined();
    expect(stream.values).toHaveLength(seen);
    await watcher.close();
  },
);

test('streams that are stopped, aborted or never read leave no timer, no listener and nobody present (P1)', async () => {
  const clock = createFakeClock();
  await using api = await createTestApi({ clock });
  const idle = clock.pending;
  const expiresAt = new Date(clock.now() + 3_600_000);
  for (const name of streams) {
    const never = new AbortController();
    await open(api, name, { signal: never.signal, expiresAt });
    expect(clock.pending, `${name} was never read`).toBe(idle);
    expect(getEventListeners(never.signal, 'abort')).toEqual([]);

    const aborted = new AbortController();
    const iterable = await open(api, name, { signal: aborted.signal, expiresAt });
    const iterator = iterable[Symbol.asyncIterator]();
    const first = iterator.next();
    await until(() => expect(clock.pending, name).toBeGreaterThan(idle));
    aborted.abort();
    await first;
    while (!(await iterator.next()).done);
    expect(getEventListeners(aborted.signal, 'abort'), name).toEqual([]);

    // Typing gives nothing by itself, so there is nothing to stop at.
    const stopped = new AbortController();
    if (name !== 'typing') for await (const _ of await open(api, name, { signal: stopped.signal, expiresAt })) break;
    expect(getEventListeners(stopped.signal, 'abort'), name).toEqual([]);
    clock.advance(limits.presenceGraceMs);
    await until(() => expect(clock.pending, name).toBe(idle));
  }
  expect(await api.caller(person('bob')).chat.online({})).toEqual({ count: 0, users: [] });
});

test('after the services are closed no stream goes on and no timer is left (T5)', async () => {
  const clock = createFakeClock();
  const api = await createTestApi({ clock });
  const opened = streams.map((name) => readStream((signal) => open(api, name, { signal })));
  const [messages, , presence, hints] = opened;
  await until(() => {
    for (const stream of [messages, presence, hints]) expect(stream?.values.length).toBeGreaterThan(0);
  });
  await api.caller(person('ann')).chat.setTyping({ isTyping: true });
  await api[Symbol.asyncDispose]();
  expect(await Promise.all(opened.map(({ ended }) => ended))).toEqual([undefined, undefined, undefined, undefined]);
  expect(clock.pending).toBe(0);
});

test.for(streams)(
  'chat.%s of no room fails as ROOM_NOT_FOUND does in calls, not as a fault of the server (S7)',
  async (name) => {
    await using api = await createTestApi();
    const stream = readStream((signal) => open(api, name, { signal, room: 'no-room' }));
    expect(await stream.ended).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no such room.',
      cause: expect.any(DomainError),
    });
  },
);

/** A database behind a door that can be shut. */
async function createDoor(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((socket) => {
    if (isShut) {
      socket.destroy();
      return;
    }
    const upstream = connect(Number(port), hostname);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => sockets.delete(end));
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const doorUrl = new URL(url);
  doorUrl.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: doorUrl.href,
    shut() {
      isShut = true;
      for (const socket of sockets) socket.destroy();
    },
    open() {
      isShut = false;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a stream that is opened while the database is away waits for it, a call fails as retryable (T4)', async () => {
  await using api = await createTestApi();
  await using door = await createDoor(api.testDatabase.url);
  const clock = createFakeClock();
  const connection = connectDatabase({ url: door.url });
  const services = await createChatServices({ database: connection.db, rooms: ['main-chat'], clock });
  const ann = toCaller(person('ann'));
  door.shut();

  const messages = readStream((signal) => Promise.resolve(services.live.messages(ann, { room: 'main-chat' }, signal)));
  const hints = readStream((signal) =>
    Promise.resolve(services.live.hints(ann, { room: 'main-chat', accepts: isPresence }, signal)),
  );
  const given = readStream((signal) => Promise.resolve(services.live.messages(ann, { room: 'elsewhere' }, signal)));
  await expect(services.live.events(ann, { room: 'main-chat', after: 'x', limit: 1 })).rejects.toSatisfy(
    isDatabaseTrouble,
  );
  for (let tries = 0; tries < 3; tries++) {
    await until(() => expect(clock.pending).toBeGreaterThan(1));
    clock.advance(500);
  }
  expect([...messages.values, ...hints.values]).toEqual([]);
  await given.close();

  door.open();
  await until(() => {
    clock.advance(500);
    expect(messages.values).toHaveLength(1);
    expect(hints.values[0]).toMatchObject({ type: 'presence-state' });
  });
  expect(await messages.close()).toBeUndefined();
  expect(await hints.close()).toBeUndefined();
  await services.close();
  await connection.close();
});
