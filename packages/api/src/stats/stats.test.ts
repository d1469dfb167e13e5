import { rooms, sql } from '@folkmoot/db/drizzle';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApi, person, type TestApi } from '../testing/index.ts';

let api: TestApi;
const room = 'counted-room';

beforeAll(async () => {
  api = await createTestApi({ rooms: ['main-chat', room] });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

const stats = (days?: number) => api.caller(null).chat.stats({ room, ...(days !== undefined && { days }) });
const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** The whole room as it would be had it all happened so much earlier; the counters with it. */
async function passDays(days: number): Promise<void> {
  await api.database.execute(
    sql`update folkmoot.rooms set last_at = last_at - make_interval(days => ${days}) where slug = ${room}`,
  );
  await api.database.execute(
    sql`update folkmoot.community_chat set created_at = created_at - make_interval(days => ${days}) where room_id = ${room}`,
  );
  for (const table of ['room_author_days', 'room_days', 'room_hours']) {
    await api.database.execute(
      sql`update folkmoot.${sql.identifier(table)} set day = day - ${days}::integer where room_id = ${room}`,
    );
  }
}

test('an empty room has zeros: thirty days, ascending, today last, and 24 hours', async () => {
  const { daily, hourly, totalMessages, totalUsers } = await stats();
  expect({ totalMessages, totalUsers }).toEqual({ totalMessages: 0, totalUsers: 0 });
  expect(daily).toHaveLength(30);
  const today = new Date(`${daily.at(-1)?.day}T00:00:00Z`);
  expect(Math.abs(Date.now() - today.getTime())).toBeLessThan(25 * 3_600_000);
  for (const [index, { day, messages, users }] of daily.entries()) {
    expect(day).toBe(dayOf(new Date(today.getTime() - (29 - index) * 86_400_000)));
    expect({ messages, users }).toEqual({ messages: 0, users: 0 });
  }
  expect(hourly).toEqual(Array.from({ length: 24 }, () => 0));
});

test('messages count on their day and hour, their authors once a day, and what is deleted not at all', async () => {
  const ann = api.caller(person('ann')).chat;
  const bob = api.caller(person('bob')).chat;
  const old = await ann.send({ room, message: 'old' });
  await bob.send({ room, message: 'old too' });
  const gone = await bob.send({ room, message: 'old and to be deleted' });
  await passDays(3);
  await ann.send({ room, message: 'new' });
  const edited = await ann.send({ room, message: 'new too' });
  await ann.edit({ room, messageId: edited.id, message: 'edited' });
  await bob.delete({ room, messageId: gone.id });
  await bob.delete({ room, messageId: gone.id });

  const week = await stats(7);
  expect(week).toMatchObject({ totalMessages: 4, totalUsers: 2 });
  expect(week.daily).toHaveLength(7);
  expect(week.daily.at(-1)).toMatchObject({ messages: 2, users: 1 });
  expect(week.daily.at(-4)).toMatchObject({ messages: 2, users: 2 });
  expect(week.daily.reduce((sum, { messages }) => sum + messages, 0)).toBe(4);
  expect(week.hourly).toHaveLength(24);
  expect(week.hourly.reduce((sum, messages) => sum + messages, 0)).toBe(4);

  // The totals are over the room's life, the rest over the days asked for.
  const today = await stats(1);
  expect(today).toMatchObject({ totalMessages: 4, totalUsers: 2, daily: [{ messages: 2, users: 1 }] });
  expect(today.hourly.reduce((sum, messages) => sum + messages, 0)).toBe(2);

  await ann.delete({ room, messageId: old.id });
  const after = await stats(7);
  expect(after.daily.at(-4)).toMatchObject({ messages: 1, users: 1 });
  expect(after).toMatchObject({ totalMessages: 3, totalUsers: 2 });
});

test('rooms are counted each for itself', async () => {
  await api.caller(person('ann')).chat.send({ room: 'main-chat', message: 'elsewhere' });
  expect(await api.caller(null).chat.stats()).toMatchObject({ totalMessages: 1, totalUsers: 1 });
});

test.each([0, 366, 1.5])('%d days are refused (A8)', async (days) => {
  await expect(stats(days)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('a year is one answer with every day of it', async () => {
  expect((await stats(365)).daily).toHaveLength(365);
});

test('rooms that are asked for at the start are made once, and others are left alone (R1)', async () => {
  await using again = await createTestApi({ sharing: api, rooms: [room, 'another-room'] });
  const rows = await again.database.select({ slug: rooms.slug, lastSeq: rooms.lastSeq }).from(rooms);
  expect(rows.map(({ slug }) => slug).toSorted()).toEqual(['another-room', room, 'main-chat']);
  expect(rows.find(({ slug }) => slug === room)?.lastSeq).toBeGreaterThan(0);
});
