import { randomUUID } from 'node:crypto';
import { connectDatabase } from '@folkmoot/db';
import { rooms, users } from '@folkmoot/db/drizzle';
import { createTestDatabase, startFaultProxy } from '@folkmoot/db/testing';
import { expect, test, vi } from 'vitest';
import type { ChatLogger } from '../chat-logger.ts';
import { systemClock } from '../clock.ts';
import { createStuckWriteStore } from './stuck-write-store.ts';
import { createWriteBatch } from './write-batch-store.ts';
import { writePastStuck } from './write-past-stuck.ts';

const room = 'main-chat';
const author = randomUUID();
/** PostgreSQL's message that ends an exchange, without which nothing is committed. */
const syncBytes = 5;

/** Two nodes that write to one room, the first over a link that can be made bad. */
async function createWorld() {
  const database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  const link = await startFaultProxy({ host: hostname, port: Number(port) });
  const cutUrl = new URL(database.url);
  cutUrl.port = String(link.port);
  const cutConnection = connectDatabase({ url: cutUrl.href });
  const soundConnection = database.connect();
  const { db, sql } = soundConnection;
  await db.insert(rooms).values({ slug: room });
  await db.insert(users).values({ id: author, username: 'ann', name: 'Ann' });
  const warn = vi.fn<ChatLogger['warn']>();
  const createNode = (connection: typeof cutConnection) => {
    const store = createStuckWriteStore(connection.db);
    const write = writePastStuck(createWriteBatch(connection.db), {
      store,
      clock: systemClock,
      logger: { warn, error: warn },
    });
    const send = (text: string) =>
      write(room, [{ kind: 'send', messageId: randomUUID(), actorId: author, text, clientMessageId: null }]);
    return { store, send };
  };
  return {
    link,
    warn,
    sql,
    cut: createNode(cutConnection),
    sound: createNode(soundConnection),
    async hasHangingWrite() {
      const rows = await sql`
        select from pg_stat_activity
        where datname = current_database() and state = 'active' and wait_event = 'ClientRead'`;
      return rows.length > 0;
    },
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]();
      await cutConnection.close();
      await database.close();
    },
  };
}

test('a node that is cut off in the middle of its write holds the others up for two seconds, once (S5, T4)', async () => {
  await using world = await createWorld();
  await world.cut.send('before the cut');
  world.link.set({ lostTailBytes: syncBytes });
  const lost = world.cut.send('never committed').catch((error: unknown) => error);
  await vi.waitFor(async () => expect(await world.hasHangingWrite()).toBe(true));

  const sinceMs = performance.now();
  await world.sound.send('past it');
  await world.sound.send('and on');
  expect(performance.now() - sinceMs).toBeLessThan(4_000);
  expect(world.warn).toHaveBeenCalledExactlyOnceWith({ room, ended: 1 }, expect.stringContaining('cut off'));
  const stored = await world.sql`select message from folkmoot.community_chat order by seq`;
  expect(stored.map(({ message }) => message)).toEqual(['before the cut', 'past it', 'and on']);

  world.link.set();
  expect(await lost).toBeInstanceOf(Error);
});

test('whoever holds the lock of a room and is not stuck is left alone, and so is who waits for it', async () => {
  await using world = await createWorld();
  const holder = await world.sql.reserve();
  await holder`begin`;
  await holder`set local idle_in_transaction_session_timeout = 0`;
  await holder`select from folkmoot.rooms where slug = ${room} for update`;
  const waiting = world.cut.send('in its turn');
  await vi.waitFor(async () => {
    const waits = await world.sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and clock_timestamp() - state_change > '1.5 s'`;
    expect(waits).toHaveLength(1);
  });
  expect(await world.sound.store.endStuckWrites()).toBe(0);
  await holder`commit`;
  holder.release();
  expect(await waiting).toMatchObject({ outcomes: [{ status: 'written' }] });
  expect(world.warn).not.toHaveBeenCalled();
});
