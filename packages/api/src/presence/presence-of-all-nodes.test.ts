import { type HintEvent, limits, type PresenceEvent } from '@folkmoot/contract';
import { createTestDatabase } from '@folkmoot/db/testing';
import { expect, test, vi } from 'vitest';
import { createMemoryEventBus } from '../log/memory-event-bus.ts';
import { createFakeClock, createLossyEventBus, createTestApi, person, readStream } from '../testing/index.ts';

/** Several nodes on one database and one bus; `loss` 1 is a bus on which nothing arrives. */
async function createWorld(options: { nodes?: number; loss?: number } = {}) {
  const clock = createFakeClock();
  const warn = vi.fn<(details: unknown, message: string) => void>();
  const testDatabase = await createTestDatabase();
  const sound = createMemoryEventBus();
  const lossy = createLossyEventBus(sound, { loss: options.loss ?? 0, random: Math.random });
  const bus = options.loss === undefined ? sound : lossy;
  const apis = await Promise.all(
    Array.from({ length: options.nodes ?? 2 }, () =>
      createTestApi({ clock, bus, testDatabase, logger: { warn, error: warn } }),
    ),
  );
  const { sql } = testDatabase.connect();

  const node = (index: number) => {
    const api = apis[index];
    if (!api) throw new Error(`There is no node ${index}.`);
    const connect = (name: string, signal?: AbortSignal) =>
      api.router.createCaller({ identity: person(name) }, signal ? { signal } : {}).chat;
    return {
      connect,
      as: (identity: ReturnType<typeof person>) => api.router.createCaller({ identity }).chat,
      follow: (name: string) => readStream((signal) => connect(name, signal).message({})),
      watch: (name: string) => readStream((signal) => connect(name, signal).presence({})),
      hints: (name: string) => readStream((signal) => connect(name, signal).hints({})),
      close: () => api.services.close(),
      /** From the database. */
      cutOff: () => api.sql.end({ timeout: 0 }),
    };
  };
  return {
    clock,
    node,
    sql,
    warned: () => warn.mock.calls.map(([, message]) => message),
    /** Time goes on, a tenth of a second at a time, until the condition holds. */
    until: (condition: () => void | Promise<void>) =>
      vi.waitFor(
        async () => {
          clock.advance(100);
          lossy.flush();
          // The database has to keep up with a clock that is far ahead of its own.
          await sql`select 1`;
          await condition();
        },
        { timeout: 15_000, interval: 5 },
      ),
    async [Symbol.asyncDispose]() {
      for (const api of apis) await api[Symbol.asyncDispose]();
      await testDatabase.close();
    },
  };
}

const told = (values: readonly PresenceEvent[]) =>
  values.map((event) => ('user' in event ? `${event.type} ${event.user.username} ${event.count}` : event.type));

test('whoever comes to a room through one node is seen through all, and gone from all (P1, P2)', async () => {
  await using world = await createWorld();
  const [here, there] = [world.node(0), world.node(1)];
  const watcher = there.watch('bob');
  await world.until(() => expect(told(watcher.values)).toEqual(['presence-state']));
  const stream = here.follow('ann');
  await world.until(() => expect(told(watcher.values)).toEqual(['presence-state', 'user-joined ann 1']));
  expect(await there.connect('bob').online()).toMatchObject({ count: 1, users: [{ username: 'ann', name: 'ANN' }] });

  await stream.close();
  await world.until(() => expect(told(watcher.values).at(-1)).toBe('user-left ann 0'));
  expect(await there.connect('bob').online()).toEqual({ count: 0, users: [] });
  await watcher.close();
});

test('whoever has streams through two nodes joins once and leaves once, after the last (P1, P2)', async () => {
  await using world = await createWorld({ nodes: 3 });
  const watchers = [world.node(0).watch('bob'), world.node(1).watch('bob'), world.node(2).watch('bob')];
  await world.until(() => expect(watchers.map(({ values }) => values.length)).toEqual([1, 1, 1]));
  const streams = [world.node(0).follow('ann'), world.node(1).follow('ann')];
  await world.until(() => {
    for (const { values } of watchers) expect(told(values)).toEqual(['presence-state', 'user-joined ann 1']);
  });
  const saved = async () => world.sql`select 1 from folkmoot.room_presence`;
  await world.until(async () => expect(await saved()).toHaveLength(2));

  await streams[0]?.close();
  await world.until(async () => expect(await saved()).toHaveLength(1));
  world.clock.advance(limits.presenceGraceMs);
  await world.until(async () => expect(await world.node(0).connect('bob').online()).toMatchObject({ count: 1 }));
  for (const { values } of watchers) expect(values).toHaveLength(2);

  await streams[1]?.close();
  await world.until(() => {
    for (const { values } of watchers) expect(told(values).slice(2)).toEqual(['user-left ann 0']);
  });
  await Promise.all(watchers.map((watcher) => watcher.close()));
});

test('a watcher who comes to a node where nobody is sees at once who is present through others (P1, P2)', async () => {
  await using world = await createWorld();
  const stream = world.node(0).follow('ann');
  await world.until(async () => expect(await world.sql`select 1 from folkmoot.room_presence`).toHaveLength(1));
  const watcher = world.node(1).watch('bob');
  await world.until(() => expect(watcher.values).toMatchObject([{ count: 1, users: [{ username: 'ann' }] }]));
  await Promise.all([stream.close(), watcher.close()]);
});

test.each([0.5, 1])(
  'with %d of the hints lost it takes a few seconds, and is right all the same (P2, R10)',
  async (loss) => {
    await using world = await createWorld({ loss });
    const watcher = world.node(1).watch('bob');
    await world.until(() => expect(watcher.values).toHaveLength(1));
    const stream = world.node(0).follow('ann');
    await world.until(async () => expect(await world.sql`select 1 from folkmoot.room_presence`).toHaveLength(1));
    const since = world.clock.now();
    await world.until(() => expect(told(watcher.values)).toEqual(['presence-state', 'user-joined ann 1']));
    expect(world.clock.now() - since).toBeLessThan(10_000);
    await Promise.all([stream.close(), watcher.close()]);
  },
);

test('the people of a node that is dead are gone with its lease, and others are not (P2)', async () => {
  await using world = await createWorld();
  const streams = [world.node(0).follow('ann'), world.node(1).follow('eve')];
  const watcher = world.node(1).watch('bob');
  await world.until(async () => expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 2 }));
  const before = await world.sql<{ source: string }[]>`
    select source from folkmoot.room_presence p join folkmoot.users u on u.id = p.user_id where u.username = 'ann'`;
  await world.node(0).cutOff();
  // The lease is measured by the database's clock, which no test can advance.
  await world.sql`update folkmoot.nodes set expires_at = now() - interval '1 second' where source = ${before[0]?.source ?? ''}`;
  await world.until(() => expect(told(watcher.values).at(-1)).toBe('user-left ann 1'));
  expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 1, users: [{ username: 'eve' }] });
  await Promise.all([...streams, watcher].map((open) => open.close()));
});

test('a node that comes back after its lease brings nobody along who left meanwhile (P2)', async () => {
  await using world = await createWorld();
  const [gone, stays] = [world.node(0).follow('gone'), world.node(0).follow('stays')];
  await world.until(async () => expect(await world.sql`select 1 from folkmoot.room_presence`).toHaveLength(2));
  const source = async () =>
    (
      await world.sql<
        { source: string }[]
      >`select distinct source from folkmoot.room_presence p join folkmoot.nodes n using (source) where n.expires_at > now()`
    )[0]?.source;
  const before = await source();
  await world.sql`update folkmoot.nodes set expires_at = now() - interval '1 second'`;
  await gone.close();
  await world.until(async () => expect([undefined, before]).not.toContain(await source()));
  const people = async () => {
    const rows = await world.sql<{ username: string }[]>`
      select u.username from folkmoot.room_presence p join folkmoot.nodes n using (source) join folkmoot.users u on u.id = p.user_id
      where n.expires_at > now()`;
    return rows.map(({ username }) => username);
  };
  expect(await people()).toEqual(['stays']);
  await stays.close();
});

test.for(['streams', 'polls'] as const)(
  'whoever %s again through a node that has come back after its lease is seen through all (P1, P2)',
  async (how) => {
    await using world = await createWorld();
    const ann = world.node(0).connect('ann');
    const position = (await ann.rooms())[0]?.position ?? '';
    const present = async () => world.sql`select from folkmoot.room_presence join folkmoot.nodes n using (source)
      where n.expires_at > now()`;
    await ann.events({ after: position });
    await world.until(async () => expect(await present()).toHaveLength(1));
    await world.sql`update folkmoot.nodes set expires_at = now() - interval '1 second'`;
    const alive = async () => world.sql`select from folkmoot.nodes where expires_at > now()`;
    await world.until(async () => expect(await alive()).toHaveLength(2));
    // Whether she is still there was not known by then: a poll is over by itself.
    expect(await present()).toEqual([]);

    const stream = how === 'streams' ? world.node(0).follow('ann') : undefined;
    if (how === 'polls') await ann.events({ after: position });
    await world.until(async () => expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 1 }));
    await stream?.close();
  },
);

test('someone whose row is gone, after a restore, keeps nobody else from being seen (P2)', async () => {
  await using world = await createWorld();
  const streams = [world.node(0).follow('lost'), world.node(0).follow('ann')];
  await world.until(async () => expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 2 }));
  await world.sql`delete from folkmoot.nodes`;
  await world.sql`delete from folkmoot.users where username = 'lost'`;
  await world.until(async () => {
    const rows =
      await world.sql`select u.username from folkmoot.room_presence p join folkmoot.users u on u.id = p.user_id`;
    expect(rows.map(({ username }) => String(username))).toEqual(['ann']);
  });
  await Promise.all(streams.map((stream) => stream.close()));
});

test('a node that stops leaves its people the time of a reconnect, and no longer (P1, P2, T5)', async () => {
  await using world = await createWorld();
  const stream = world.node(0).follow('ann');
  await world.until(async () => expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 1 }));
  await world.node(0).close();
  await stream.ended;
  const left = await world.sql<{ seconds: number }[]>`
    select extract(epoch from min(expires_at) - now())::float8 as seconds from folkmoot.nodes`;
  expect(left[0]?.seconds).toBeLessThanOrEqual(limits.presenceGraceMs / 1000);
  expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 1 });
  await world.sql`update folkmoot.nodes set expires_at = expires_at - interval '10 seconds'`;
  await world.until(async () => expect(await world.node(1).connect('bob').online()).toMatchObject({ count: 0 }));
});

test('a crowd through several nodes is counted once each, and told as states (P2, P3)', async () => {
  await using world = await createWorld();
  const [here, there] = [world.node(0), world.node(1)];
  const [room] = await here.connect('ann').rooms();
  const watcher = there.watch('bob');
  const poll = async (node: typeof here, names: string[]) => {
    for (const name of names) await node.connect(name).events({ after: room?.position ?? '' });
  };
  const names = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `p-${from + index}`);
  await poll(there, names(220, 260));
  await poll(here, names(0, 230));
  await world.until(() => expect(watcher.values.at(-1)).toMatchObject({ type: 'presence-state', count: 260 }));
  for (const node of [there, here]) {
    await world.until(async () =>
      expect(await node.connect('bob').online()).toMatchObject({ count: 260, users: { length: 200 } }),
    );
  }
  await watcher.close();
});

test('a database that is away ends nothing; presence is right again when it is back (P2, T4)', async () => {
  await using world = await createWorld();
  const watcher = world.node(1).watch('bob');
  await world.until(() => expect(watcher.values).toHaveLength(1));
  await world.sql`alter table folkmoot.room_presence rename to room_presence_away`;
  const stream = world.node(0).follow('ann');
  await world.until(() => expect(stream.values).toHaveLength(1));
  await world.until(() => {
    for (const what of ['save', 'read'])
      expect(world.warned()).toContainEqual(expect.stringContaining(`cannot ${what}`));
  });
  await world.sql`alter table folkmoot.room_presence_away rename to room_presence`;
  await world.until(() => expect(told(watcher.values)).toContain('user-joined ann 1'));
  await Promise.all([stream.close(), watcher.close()]);
});

test('typing is seen through every node, once, and ends with the message (P4)', async () => {
  await using world = await createWorld({ nodes: 3 });
  const watchers = [world.node(0).hints('bob'), world.node(1).hints('bob'), world.node(2).hints('bob')];
  const mine = world.node(2).hints('ann');
  await vi.waitFor(() => expect([...watchers, mine].map(({ values }) => values.length)).toEqual([1, 1, 1, 1]), 10_000);
  const seen = ({ values }: { values: readonly HintEvent[] }) =>
    values.flatMap((event) => (event.type === 'user-typing' ? [`${event.user.username} ${event.isTyping}`] : []));
  const ann = world.node(0).connect('ann');
  await ann.setTyping({ isTyping: true });
  await vi.waitFor(() => expect(watchers.map(seen)).toEqual(watchers.map(() => ['ann true'])), 10_000);
  await ann.send({ message: 'here it is' });
  await vi.waitFor(() => expect(watchers.map(seen)).toEqual(watchers.map(() => ['ann true', 'ann false'])), 10_000);
  expect(seen(mine)).toEqual([]);
  await Promise.all([...watchers, mine].map((watcher) => watcher.close()));
});

test('typing of a banned user reaches nobody, also through a node that knows of no ban (A4, P4)', async () => {
  await using world = await createWorld({ nodes: 3 });
  const [messages, hints] = [world.node(0).follow('bob'), world.node(0).hints('bob')];
  await world.until(() => expect([messages.values.length, hints.values.length]).toEqual([1, 1]));
  const eve = await world.node(1).connect('eve').send({ message: 'about to be banned' });
  const moderator = { ...person('mia'), role: 'moderator' as const };
  await world.node(1).as(moderator).ban({ userId: eve.userId });
  await world.until(() => expect(messages.values).toHaveLength(3));

  await world.node(2).connect('eve').setTyping({ isTyping: true });
  await world.node(2).connect('ann').setTyping({ isTyping: true });
  const typers = () => hints.values.flatMap((event) => (event.type === 'user-typing' ? [event.user.username] : []));
  await world.until(() => expect(typers()).toContain('ann'));
  expect(typers()).not.toContain('eve');
  // A ban means nothing to a moderator, and the other nodes cannot know her role.
  await world
    .node(1)
    .as({ ...person('eve'), role: 'moderator' })
    .setTyping({ isTyping: true });
  await world.until(() => expect(typers()).toContain('eve'));
  await Promise.all([messages.close(), hints.close()]);
});
