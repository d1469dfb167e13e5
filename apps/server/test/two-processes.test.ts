import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { spawnServer, type SpawnedServer } from './spawn-server.ts';
import { createStockClient, signTestToken, testSecret } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Processes as they run in production, on one database, with nothing between them but that.
let database: TestDatabase;
let servers: SpawnedServer[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  const env = {
    DATABASE_URL: database.url,
    AUTH_SECRET: testSecret,
    HOST: '127.0.0.1',
    PORT: '0',
    RATE_LIMITS: 'off',
    ROOMS: 'main-chat,contended,quiet',
    DRAIN_NOTICE_MS: '0',
    LOG_LEVEL: 'warn',
  };
  servers = await Promise.all([spawnServer({ env }), spawnServer({ env })]);
});
afterAll(async () => {
  await Promise.all(servers.map(async (server) => server.stop()));
  await database.close();
});

it('two processes write at once: no hole, no double, no lost edit, and counters that are right (R1, S2, S4)', async () => {
  const room = 'contended';
  const names = ['ada', 'grace', 'lin', 'eve'];
  const people = await Promise.all(
    names.map(async (sub) => {
      const token = await signTestToken({ sub, name: sub });
      return servers.map(({ url }) => createStockClient(url, token, { calls: 'websocket' }));
    }),
  );
  const sends = 40;
  const editsEach = 20;

  // Everyone is connected to both, sends each message through both at once, and deletes every fifth through both.
  const sent = await Promise.all(
    people.flatMap((nodes, person) =>
      Array.from({ length: sends }, async (_, index) => {
        const clientMessageId = crypto.randomUUID();
        const input = { room, message: `${names[person]} ${index}`, clientMessageId };
        const [first, ...others] = await Promise.all(nodes.map(async ({ trpc }) => trpc.chat.send.mutate(input)));
        if (!first) throw new Error('There are nodes.');
        expect(others.map(({ id }) => id)).toEqual([first.id]);
        if (index % 5 !== 0) return { id: first.id, isDeleted: false };
        const deletions = nodes.map(async ({ trpc }) => trpc.chat.delete.mutate({ room, messageId: first.id }));
        for (const gone of await Promise.all(deletions)) expect(gone).toMatchObject({ isDeleted: true, message: '' });
        return { id: first.id, isDeleted: true };
      }),
    ),
  );

  // One message, edited through both at once: each edit is an event, and the last one is what stays.
  const [ada] = people;
  const [home] = ada ?? [];
  if (!ada || !home) throw new Error('Ada has her clients.');
  const contended = await home.trpc.chat.send.mutate({ room, message: 'to be edited' });
  const edits = await Promise.all(
    ada.flatMap(({ trpc }, node) =>
      Array.from({ length: editsEach }, async (_, index) =>
        trpc.chat.edit.mutate({ room, messageId: contended.id, message: `edit ${index} through ${node}` }),
      ),
    ),
  );

  const { messages, position } = await readRoom(home, room);
  expect(messages).toHaveLength(names.length * sends + 1);
  expect(new Set(messages.map(({ clientMessageId }) => clientMessageId)).size).toBe(messages.length);
  expect(
    messages
      .filter(({ isDeleted }) => isDeleted)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(
    sent
      .filter(({ isDeleted }) => isDeleted)
      .map(({ id }) => id)
      .toSorted(),
  );
  const last = edits.reduce((a, b) => (a.version > b.version ? a : b));
  expect(messages.find(({ id }) => id === contended.id)).toEqual(last);
  expect(new Set(edits.map(({ version }) => version)).size).toBe(ada.length * editsEach);

  const { sql } = database.connect();
  const events = await sql<{ seq: number; type: string; edited: boolean }[]>`
    select seq::int, type, message_id = ${contended.id} and type = 'message-edited' as edited
    from folkmoot.room_events where room_id = ${room} order by room_events.seq`;
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  expect(position.endsWith(`.${events.length}`)).toBe(true);
  expect(events.filter(({ edited }) => edited)).toHaveLength(ada.length * editsEach);
  expect(countTypes(events)).toEqual({
    'message-received': messages.length,
    'message-edited': ada.length * editsEach,
    'message-deleted': sent.filter(({ isDeleted }) => isDeleted).length,
  });

  const [counted] = await sql`
    select count(*)::int as "messageRows", count(*) filter (where not is_deleted)::int as "totalMessages",
      count(distinct user_id) filter (where not is_deleted)::int as "totalUsers"
    from folkmoot.community_chat where room_id = ${room}`;
  const [kept] = await sql`
    select message_rows::int as "messageRows", total_messages::int as "totalMessages", total_users::int as "totalUsers"
    from folkmoot.rooms where slug = ${room}`;
  expect(kept).toEqual(counted);
  const days = await sql`
    select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, count(*)::int as messages,
      count(distinct user_id)::int as users
    from folkmoot.community_chat where room_id = ${room} and not is_deleted group by 1 order by 1`;
  const hours = await sql<{ hour: number; messages: number }[]>`
    select extract(hour from created_at at time zone 'UTC')::int as hour, count(*)::int as messages
    from folkmoot.community_chat where room_id = ${room} and not is_deleted group by 1 order by 1`;
  for (const { trpc } of ada) {
    const stats = await trpc.chat.stats.query({ room });
    expect(stats).toMatchObject({ totalMessages: counted?.['totalMessages'], totalUsers: names.length });
    expect(stats.daily.filter((day) => day.messages > 0)).toEqual([...days]);
    expect(stats.hourly.flatMap((count, hour) => (count > 0 ? [{ hour, messages: count }] : []))).toEqual([...hours]);
  }
  await Promise.all(people.flat().map(async (client) => client.close()));
});

it('what one process writes reaches the streams of the other within about a second, without a bus (R10)', async () => {
  const [here, there] = await Promise.all(
    servers.map(async ({ url }, index) => createStockClient(url, await signTestToken({ sub: `quiet ${index}` }))),
  );
  if (!here || !there) throw new Error('There are two servers.');
  const heard = collectEvents(there, { room: 'quiet' });
  await eventually(() => expect(heard.events[0]?.data.type).toBe('ready'));
  for (let index = 0; index < 3; index++) {
    await here.trpc.chat.send.mutate({ room: 'quiet', message: `news ${index}` });
    await eventually(() => expect(heard.texts()).toHaveLength(index + 1), 3_000);
  }
  expect(heard.texts()).toEqual(['news 0', 'news 1', 'news 2']);
  heard.stop();
  await Promise.all([here.close(), there.close()]);
});

function countTypes(events: readonly { type: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
