import { expect, test } from 'vitest';
import { rooms } from '../schema/index.ts';
import { createTestDatabase } from './test-database.ts';

test('a test database has our tables and is nobody else’s', async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  const one = first.connect();
  const other = second.connect();

  await one.db.insert(rooms).values({ slug: 'main-chat' });

  expect(await one.db.select().from(rooms)).toHaveLength(1);
  expect(await other.db.select().from(rooms)).toEqual([]);
});

test('databases are made side by side, and a connection left open does not hinder the end', async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => createTestDatabase()));
  const connections = databases.map((database) => database.connect());
  await Promise.all(connections.map(({ sql }) => sql`select 1`));
  await Promise.all(databases.map((database) => database.close()));
});
