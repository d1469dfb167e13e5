import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import * as schema from './index.ts';

/** Tables that every shard has a copy of. */
const referenceTables = ['nodes', 'users'];

const tables = Object.values(schema)
  .filter((value) => is(value, PgTable))
  .map((table) => getTableConfig(table));

/** Rooms are distributed by their slug, all others by the room that they belong to. */
const roomColumnOf = (table: string): string => (table === 'rooms' ? 'slug' : 'room_id');

test.each(tables.filter(({ name }) => !referenceTables.includes(name)).map((table) => [table.name, table] as const))(
  'every key of %s begins with the room, so that it distributes by room as it is',
  (name, { columns, primaryKeys, uniqueConstraints, indexes, foreignKeys }) => {
    const room = roomColumnOf(name);
    const keys = [
      ...columns.filter(({ primary, isUnique }) => primary || isUnique).map((column) => [column.name]),
      ...[...primaryKeys, ...uniqueConstraints].map((key) => key.columns.map((column) => column.name)),
      ...indexes.map(({ config }) => config.columns.map((column) => ('name' in column ? column.name : undefined))),
    ];
    expect(keys.length).toBeGreaterThan(0);
    for (const [first] of keys) expect(first).toBe(room);
    for (const { reference } of foreignKeys.map((key) => ({ reference: key.reference() }))) {
      const target = getTableConfig(reference.foreignTable).name;
      if (referenceTables.includes(target)) continue;
      // Both ends of a key have to lie on one shard.
      expect(reference.columns[0]?.name).toBe(room);
      expect(reference.foreignColumns[0]?.name).toBe(roomColumnOf(target));
    }
  },
);

test('the tables that every shard has a copy of are few and known', () => {
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(referenceTables));
  for (const { foreignKeys } of tables.filter(({ name }) => referenceTables.includes(name))) {
    expect(foreignKeys).toEqual([]);
  }
});
