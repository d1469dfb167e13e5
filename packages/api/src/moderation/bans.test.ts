import type { MessageStreamEvent } from '@folkmoot/contract';
import { createTestDatabase } from '@folkmoot/db/testing';
import { isTrackedEnvelope } from '@trpc/server';
import { expect, test, vi } from 'vitest';
import { DomainError } from '../errors/domain-error.ts';
import type { Identity } from '../identity.ts';
import { createMemoryEventBus } from '../log/memory-event-bus.ts';
import { createFakeClock, createTestApi, person, readStream, type TestApi } from '../testing/index.ts';

const moderator = person('mod', { role: 'moderator' });
const eve = person('eve');
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });

async function codeOf(call: PromiseLike<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof Error && error.cause instanceof DomainError) return error.cause.code;
    throw error;
  }
}

const follow = (api: TestApi, who: Identity, lastEventId?: string | null) =>
  readStream<unknown>((signal) => api.router.createCaller({ identity: who }, { signal }).chat.message({ lastEventId }));
const idOf = async (api: TestApi, who = eve) => (await api.caller(who).auth.me()).id;
/** What a stream has given: in process that is tracked envelopes. */
const read = ({ values }: { readonly values: readonly unknown[] }) =>
  values.flatMap((value) => (isTrackedEnvelope<MessageStreamEvent>(value) ? [{ id: value[0], event: value[1] }] : []));
const textsOf = (stream: { readonly values: readonly unknown[] }) =>
  read(stream).map(({ event }) => ('message' in event ? event.message.message : event.type));

test('whoever is banned is refused every call of the room that needs sign-in, and no other (A4)', async () => {
  await using api = await createTestApi();
  const mine = await api.caller(eve).chat.send({ message: 'before' });
  const { position } = await api.caller(eve).chat.history();
  const userId = await idOf(api);
  await api.caller(moderator).chat.ban({ userId, reason: 'noise' });

  const { chat, auth } = api.caller(eve);
  const refused = {
    history: () => chat.history(),
    events: () => chat.events({ after: position }),
    userMessages: () => chat.userMessages({ userId }),
    online: () => chat.online(),
    send: () => chat.send({ message: 'after' }),
    edit: () => chat.edit({ messageId: mine.id, message: 'changed' }),
    delete: () => chat.delete({ messageId: mine.id }),
    setTyping: () => chat.setTyping({ isTyping: true }),
    message: async () => readStream(() => chat.message()).ended.then(raise),
    presence: async () => readStream(() => chat.presence()).ended.then(raise),
    hints: async () => readStream(() => chat.hints()).ended.then(raise),
    typing: async () => readStream(() => chat.typing()).ended.then(raise),
  };
  for (const [name, call] of Object.entries(refused)) expect(await codeOf(call()), name).toBe('BANNED');
  const allowed = {
    recent: () => chat.recent(),
    stats: () => chat.stats(),
    rooms: () => chat.rooms(),
    me: () => auth.me(),
    otherRoom: () => chat.history({ room: 'side-room' }),
    sendElsewhere: () => chat.send({ room: 'side-room', message: 'here I may' }),
  };
  for (const [name, call] of Object.entries(allowed)) expect(await codeOf(call()), name).toBe('ok');

  await api.caller(moderator).chat.unban({ userId });
  expect(await codeOf(chat.send({ message: 'back again' }))).toBe('ok');
  expect(await codeOf(chat.history())).toBe('ok');
});

function raise(error: unknown): void {
  if (error instanceof Error) throw error;
}

test('a ban is an event of the log, without its reason, and the second one is none (R1, A4, S4)', async () => {
  await using api = await createTestApi();
  const { chat } = api.caller(moderator);
  const userId = await idOf(api);
  const follower = follow(api, person('ann'));
  await until(() => expect(follower.values).toHaveLength(1));
  await chat.ban({ userId, reason: 'noise' });
  await chat.ban({ userId, reason: 'noise' });
  await chat.unban({ userId });
  await chat.unban({ userId });
  await chat.send({ message: 'done' });
  await until(() => expect(textsOf(follower)).toEqual(['ready', 'member-banned', 'member-unbanned', 'done']));
  const [, banned] = read(follower);
  expect(banned?.event).toEqual({ type: 'member-banned', position: banned?.id, userId });
  const rows = await api.sql`select seq, type, message_id, data from folkmoot.room_events order by seq`;
  expect(rows.map(({ type }) => String(type))).toEqual(['member-banned', 'member-unbanned', 'message-received']);
  expect(rows[0]).toMatchObject({ message_id: null, data: { userId } });
  await follower.close();
});

test('moderators see who is banned, until when, why and by whom; a ban is over by itself (A4)', async () => {
  await using api = await createTestApi({ clock: createFakeClock(Date.now()) });
  const { chat } = api.caller(moderator);
  const userId = await idOf(api);
  const soon = new Date(Date.now() + 3_600_000);
  await chat.ban({ userId, until: soon, reason: 'noise' });
  expect(await chat.bans()).toEqual([
    {
      userId,
      until: soon,
      reason: 'noise',
      by: await idOf(api, moderator),
      createdAt: expect.any(Date),
      user: { id: userId, username: 'eve', name: 'EVE', isGuest: false },
    },
  ]);
  expect(await chat.bans({ room: 'side-room' })).toEqual([]);
  expect(await codeOf(api.caller(eve).chat.send({ message: 'x' }))).toBe('BANNED');
  // The end of a ban is measured by the database's clock, which no test can advance.
  await api.sql`update folkmoot.bans set until = now() - interval '1 second'`;
  expect(await chat.bans()).toEqual([]);
  expect(await codeOf(api.caller(eve).chat.send({ message: 'x' }))).toBe('ok');
  expect(await codeOf(chat.ban({ userId, until: new Date(Date.now() - 1_000) }))).toBe('INVALID_INPUT');
  expect(await codeOf(chat.ban({ userId: crypto.randomUUID() }))).toBe('USER_NOT_FOUND');
  expect(await codeOf(chat.ban({ userId: await idOf(api, moderator) }))).toBe('INVALID_INPUT');
});

test('moderators cannot be banned: it means nothing to them (A4)', async () => {
  await using api = await createTestApi();
  const other = person('other', { role: 'admin' });
  const stream = follow(api, other);
  await until(() => expect(stream.values).toHaveLength(1));
  await api.caller(moderator).chat.ban({ userId: await idOf(api, other) });
  expect(await codeOf(api.caller(other).chat.send({ message: 'still here' }))).toBe('ok');
  await until(() => expect(textsOf(stream)).toEqual(['ready', 'member-banned', 'still here']));
  await stream.close();
});

test('open streams end with the ban on every node: nothing behind its event is read, nothing is written (A4)', async () => {
  await using testDatabase = await createTestDatabase();
  const bus = createMemoryEventBus();
  await using a = await createTestApi({ testDatabase, bus });
  await using b = await createTestApi({ testDatabase, bus });
  await using c = await createTestApi({ testDatabase, bus });
  const userId = await idOf(a);
  const streams = [a, b, c].map((node) => follow(node, eve));
  const hints = [a, b, c].map((node) =>
    readStream((signal) => node.router.createCaller({ identity: eve }, { signal }).chat.hints()),
  );
  const witness = follow(b, person('ann'));
  await until(() => {
    for (const { values } of [...streams, witness, ...hints]) expect(values.length).toBeGreaterThan(0);
  });

  // Everybody writes as fast as they can, the banned one through the node where the ban is not made.
  const writing = new AbortController();
  const sent: number[] = [];
  const chatter = Promise.all(
    [a, b, c].map(async (node) => {
      while (!writing.signal.aborted) await node.caller(person('ann')).chat.send({ message: 'tick' });
    }),
  );
  const shouting = (async () => {
    const { chat } = c.caller(eve);
    for (;;) sent.push((await chat.send({ message: 'shout' })).seq);
  })().catch((error: unknown) => error);
  await until(() => expect(sent.length).toBeGreaterThan(5));
  await a.caller(moderator).chat.ban({ userId });
  const bannedAt = Number((await a.sql`select seq from folkmoot.room_events where type = 'member-banned'`)[0]?.['seq']);

  for (const stream of [...streams, ...hints]) {
    expect(await stream.ended).toMatchObject({ code: 'FORBIDDEN', cause: { code: 'BANNED' } });
  }
  expect(await shouting).toMatchObject({ cause: { code: 'BANNED' } });
  writing.abort();
  await chatter;
  expect(Math.max(...sent)).toBeLessThan(bannedAt);
  for (const stream of streams) {
    const last = read(stream).at(-1);
    expect(last?.event).toMatchObject({ type: 'member-banned', userId });
    expect(Number(last?.id.split('.')[1])).toBe(bannedAt);
  }
  await until(() => expect(textsOf(witness).slice(textsOf(witness).indexOf('member-banned'))).toContain('tick'));
  await witness.close();
});

test('a stream that was cut off by a ban comes back after the ban is lifted, from its place (A4, R5)', async () => {
  await using api = await createTestApi();
  const userId = await idOf(api);
  const first = follow(api, eve);
  await until(() => expect(first.values).toHaveLength(1));
  await api.caller(moderator).chat.ban({ userId });
  await first.ended;
  await api.caller(person('ann')).chat.send({ message: 'meanwhile' });
  const position = read(first).at(-1)?.id;
  await api.caller(moderator).chat.unban({ userId });
  const second = follow(api, eve, position);
  await until(() => expect(textsOf(second)).toEqual(['meanwhile', 'member-unbanned']));
  await second.close();
  // Who reads the log from before the ban is not stopped by one that was lifted.
  const third = follow(api, eve, read(first)[0]?.id);
  await until(() => expect(textsOf(third)).toEqual(['member-banned', 'meanwhile', 'member-unbanned']));
  await third.close();
});

test('a node that hears of no event learns of a ban within a second of its next call (A4, R10)', async () => {
  await using testDatabase = await createTestDatabase();
  const clock = createFakeClock();
  await using a = await createTestApi({ testDatabase });
  await using b = await createTestApi({ testDatabase, clock });
  const userId = await idOf(a);
  expect(await codeOf(b.caller(eve).chat.history())).toBe('ok');
  await a.caller(moderator).chat.ban({ userId });
  clock.advance(1_000);
  expect(await codeOf(b.caller(eve).chat.history())).toBe('BANNED');
  expect(await codeOf(b.caller(eve).chat.setTyping({ isTyping: true }))).toBe('BANNED');
});

/** Two nodes that hear nothing of each other, and a user who was not banned a moment ago as the second one knows. */
async function createDeafNodes() {
  const testDatabase = await createTestDatabase();
  const clock = createFakeClock();
  const a = await createTestApi({ testDatabase });
  const b = await createTestApi({ testDatabase, clock });
  const userId = await idOf(a);
  expect(await codeOf(b.caller(eve).chat.history())).toBe('ok');
  return {
    a,
    b,
    clock,
    userId,
    async [Symbol.asyncDispose]() {
      await a[Symbol.asyncDispose]();
      await b[Symbol.asyncDispose]();
      await testDatabase.close();
    },
  };
}

test.for(['message', 'hints', 'presence', 'typing'] as const)(
  'chat.%s that is opened behind a ban of which its node has not heard yet is over at once (A4)',
  async (name) => {
    await using world = await createDeafNodes();
    await world.a.caller(moderator).chat.ban({ userId: world.userId });
    const stream = readStream<unknown>((signal) =>
      world.b.router.createCaller({ identity: eve }, { signal }).chat[name](),
    );
    expect(await stream.ended).toMatchObject({ cause: { code: 'BANNED' } });
    if (name === 'message') expect(stream.values).toEqual([]);
  },
);

test('a stream that is resumed where its reader was banned is over at once, also on a node that has to read that first (A4)', async () => {
  await using world = await createDeafNodes();
  const witness = follow(world.b, person('ann'));
  await until(() => expect(witness.values).toHaveLength(1));
  await world.a.caller(moderator).chat.ban({ userId: world.userId });
  const { position } = await world.a.caller(person('ann')).chat.history();
  const stream = follow(world.b, eve, position);
  expect(await stream.ended).toMatchObject({ cause: { code: 'BANNED' } });
  expect(stream.values).toEqual([]);
  await witness.close();
});

test.for(['message', 'hints'] as const)(
  'where the log turns out to be another one the ban that it holds ends chat.%s (A4, R6)',
  async (name) => {
    await using world = await createDeafNodes();
    const stream = readStream<unknown>((signal) =>
      world.b.router.createCaller({ identity: eve }, { signal }).chat[name](),
    );
    await until(() => expect(stream.values).toHaveLength(1));
    await world.a.caller(moderator).chat.ban({ userId: world.userId });
    await world.a.sql`update folkmoot.rooms set epoch = 'another'`;
    world.clock.advance(1_000);
    expect(await stream.ended).toMatchObject({ cause: { code: 'BANNED' } });
    expect(stream.values).toHaveLength(1);
  },
);

test('a room that does not exist, or cannot, is refused before its bans are asked for (A8)', async () => {
  await using api = await createTestApi();
  const required = vi.spyOn(api.services.bans, 'require');
  const { chat } = api.caller(eve);
  await expect(chat.history({ room: 'no-room' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const room of ['a\0', 'x'.repeat(65), 'No Slug', '']) {
    await expect(chat.history({ room }), room).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }
  expect(required).not.toHaveBeenCalled();
});

test('what PostgreSQL could not store of a ban is refused as the input that it is (A8, S7)', async () => {
  await using api = await createTestApi();
  const { chat } = api.caller(moderator);
  const userId = await idOf(api);
  const last = new Date('9999-12-31T23:59:59.999Z');
  for (const until of [new Date(last.getTime() + 1), new Date(8.64e15), new Date(-8.64e15)]) {
    await expect(chat.ban({ userId, until }), String(until)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }
  for (const reason of ['a\0', '\u001b[2J', '\ud800']) {
    await expect(chat.ban({ userId, reason }), reason).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }
  await chat.ban({ userId, until: last, reason: 'two\nlines 🙂' });
  expect(await chat.bans()).toMatchObject([{ userId, until: last, reason: 'two\nlines 🙂' }]);
});
