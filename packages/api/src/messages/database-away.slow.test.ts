import { connectDatabase, type DatabaseConnection, migrateDatabase } from '@folkmoot/db';
import { drizzleOf } from '@folkmoot/db/drizzle';
import { startTestPostgres, type TestDatabase, type TestPostgres } from '@folkmoot/db/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestApi, person, type TestApi } from '../testing/index.ts';

let postgres: TestPostgres;
let api: TestApi;
const connections: DatabaseConnection[] = [];
const ann = person('ann');

beforeAll(async () => {
  postgres = await startTestPostgres();
  await migrateDatabase({ url: postgres.url });
  const testDatabase: TestDatabase = {
    url: postgres.url,
    connect: (options = {}) => {
      const connection = connectDatabase({ ...options, url: postgres.url });
      connections.push(connection);
      return { ...connection, db: drizzleOf(connection.db) };
    },
    close: () => postgres.close(),
    [Symbol.asyncDispose]: () => postgres.close(),
  };
  api = await createTestApi({ testDatabase });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await Promise.all(connections.map((connection) => connection.close()));
  await postgres.close();
});

const textsOf = (stream: { events: { type: string }[] }) =>
  stream.events.flatMap((event) => ('message' in event ? [(event.message as { message: string }).message] : []));

test.each(['fast', 'immediate'] as const)(
  'a database that stops (%s) and comes back: streams go on without loss, writes in time succeed, reads fail as retryable (T4, R5, S5)',
  async (how) => {
    const { chat } = api.caller(ann);
    await using open = api.follow(ann);
    await open.next(1);
    await chat.send({ message: `${how} before` });
    await open.until(2);
    const { position } = await chat.history({ limit: 1 });

    await postgres.stop(how);
    // One that begins while it is away, one that wants to resume, one that comes without a place.
    await using resumed = api.follow(person('bob'), { lastEventId: position });
    await using fresh = api.follow(person('carol'));
    await expect(chat.history({})).rejects.toMatchObject({ cause: { code: 'DATABASE_UNAVAILABLE', retryable: 'yes' } });
    const sending = chat.send({ message: `${how} while away` });

    await postgres.start();
    const returned = Date.now();
    expect(await sending).toMatchObject({ message: `${how} while away` });
    expect(await fresh.next(1)).toMatchObject([{ type: 'ready' }]);
    expect(Date.now() - returned).toBeLessThan(10_000);
    await chat.send({ message: `${how} after` });
    const expected = [`${how} while away`, `${how} after`];
    await vi.waitFor(() => expect(textsOf(open)).toEqual([`${how} before`, ...expected]), { timeout: 10_000 });
    await vi.waitFor(() => expect(textsOf(resumed)).toEqual(expected), { timeout: 10_000 });
    expect(open.events.map(({ type }) => type)).not.toContain('reset');
    expect(resumed.events.map(({ type }) => type)).not.toContain('reset');
  },
);

test('a write that outlives its deadline fails as retryable: nothing happened (T4, S7)', async () => {
  const { chat } = api.caller(ann);
  await chat.send({ message: 'known' });
  const before = await chat.history({ limit: 1 });
  await postgres.stop();
  await expect(chat.send({ message: 'too late' })).rejects.toMatchObject({ cause: { code: 'DATABASE_UNAVAILABLE' } });
  await postgres.start();
  await vi.waitFor(async () => expect(await chat.history({ limit: 1 })).toEqual(before), { timeout: 10_000 });
});
