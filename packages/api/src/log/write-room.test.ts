import { randomUUID } from 'node:crypto';
import { bans, communityChat, eq, rooms, sql, users } from '@folkmoot/db/drizzle';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WriteOperation, WriteOutcome } from './write-batch.ts';
import { createWriteBatch, type WriteBatch } from './write-batch-store.ts';

let world: TestDatabase;
let database: ReturnType<TestDatabase['connect']>['db'];
let write: WriteBatch;
let room = '';
let roomsMade = 0;

const [ann, bob, mod] = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  world = await createTestDatabase();
  database = world.connect().db;
  write = createWriteBatch(database);
  const names = { ann, bob, mod };
  await database.insert(users).values(Object.entries(names).map(([name, id]) => ({ id, name, username: name })));
});
afterAll(() => world.close());

/** A room of the test's own. */
async function newRoom(): Promise<void> {
  room = `room-${++roomsMade}`;
  await database.insert(rooms).values({ slug: room });
}

type Send = Extract<WriteOperation, { kind: 'send' }>;
const send = (text: string, more: Partial<Send> = {}): Send => ({
  kind: 'send',
  messageId: randomUUID(),
  actorId: ann,
  text,
  clientMessageId: null,
  ...more,
});
const edit = (messageId: string, text: string, actorId = ann): WriteOperation => ({
  kind: 'edit',
  messageId,
  actorId,
  text,
});
const remove = (messageId: string, actorId = ann, asModerator = false): WriteOperation => ({
  kind: 'delete',
  messageId,
  actorId,
  asModerator,
});

async function one(operation: WriteOperation): Promise<WriteOutcome> {
  const { outcomes } = await write(room, [operation]);
  const [outcome] = outcomes;
  if (!outcome || outcomes.length !== 1) throw new Error('There is not one outcome for one operation.');
  return outcome;
}

/** The seqs and types of the room's log, which have to be 1, 2, 3 … up to the head. */
async function readLog(): Promise<string[]> {
  const events = await database.execute<{ seq: string; type: string }>(
    sql`select seq, type from folkmoot.room_events where room_id = ${room} order by folkmoot.room_events.seq`,
  );
  const [head] = await database.select({ lastSeq: rooms.lastSeq }).from(rooms).where(eq(rooms.slug, room));
  expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_, index) => index + 1));
  expect(head?.lastSeq).toBe(events.length);
  return events.map(({ type }) => type);
}

describe('each operation', () => {
  test('send writes a message and one event (R1)', async () => {
    await newRoom();
    const operation = send('hello', { clientMessageId: randomUUID() });
    const { place, outcomes } = await write(room, [operation]);
    expect(place).toEqual({ epoch: expect.stringMatching(/^[0-9a-f]{12}$/), head: 1 });
    expect(outcomes).toEqual([
      {
        status: 'written',
        event: { seq: 1, type: 'message-received' },
        row: {
          roomId: room,
          id: operation.messageId,
          seq: 1,
          version: 1,
          userId: ann,
          message: 'hello',
          editedAt: null,
          isDeleted: false,
          createdAt: expect.any(Date),
          updatedAt: expect.any(Date),
          clientMessageId: operation.clientMessageId,
          username: 'ann',
          name: 'ann',
          isGuest: false,
        },
      },
    ]);
    expect(await readLog()).toEqual(['message-received']);
  });

  test('edit and delete change the message, its version and the log (R1, R3)', async () => {
    await newRoom();
    const { messageId } = send('x');
    await one(send('first', { messageId }));
    const edited = await one(edit(messageId, 'second'));
    expect(edited).toMatchObject({
      status: 'written',
      event: { seq: 2, type: 'message-edited' },
      row: { seq: 1, version: 2, message: 'second', editedAt: expect.any(Date), isDeleted: false },
    });
    const deleted = await one(remove(messageId));
    expect(deleted).toMatchObject({
      status: 'written',
      event: { seq: 3, type: 'message-deleted' },
      row: { seq: 1, version: 3, isDeleted: true, editedAt: expect.any(Date) },
    });
    // The row keeps the text (R8).
    const [row] = await database.select().from(communityChat).where(eq(communityChat.id, messageId));
    expect(row?.message).toBe('second');
    await readLog();
  });

  test('that changes nothing succeeds without an event (S4)', async () => {
    await newRoom();
    const { messageId } = send('x');
    await one(send('same', { messageId }));
    expect(await one(edit(messageId, 'same'))).toMatchObject({
      status: 'unchanged',
      row: { version: 1 },
      event: undefined,
    });
    await one(remove(messageId));
    expect(await one(remove(messageId))).toMatchObject({ status: 'unchanged', row: { version: 2 }, event: undefined });
    expect(await readLog()).toEqual(['message-received', 'message-deleted']);
  });

  test('of someone else’s is refused, except for a moderator who deletes (S4)', async () => {
    await newRoom();
    const { messageId } = send('x');
    await one(send('mine', { messageId }));
    expect(await one(edit(messageId, 'yours', bob))).toEqual({ status: 'refused', refusal: 'NOT_YOUR_MESSAGE' });
    expect(await one(edit(messageId, 'mine', bob))).toEqual({ status: 'refused', refusal: 'NOT_YOUR_MESSAGE' });
    expect(await one(remove(messageId, bob))).toEqual({ status: 'refused', refusal: 'NOT_YOUR_MESSAGE' });
    expect(await one(remove(messageId, mod, true))).toMatchObject({ status: 'written', row: { userId: ann } });
    expect(await one(remove(messageId, bob))).toEqual({ status: 'refused', refusal: 'NOT_YOUR_MESSAGE' });
    expect(await one(edit(messageId, 'again'))).toEqual({ status: 'refused', refusal: 'MESSAGE_DELETED' });
    await readLog();
  });

  test('on what is not there is refused (S7)', async () => {
    await newRoom();
    const { messageId } = send('x');
    await one(send('here', { messageId }));
    const here = room;
    expect(await one(edit(randomUUID(), 'x'))).toEqual({ status: 'refused', refusal: 'MESSAGE_NOT_FOUND' });
    expect(await one(remove(randomUUID(), mod, true))).toEqual({ status: 'refused', refusal: 'MESSAGE_NOT_FOUND' });
    await newRoom();
    expect(await one(edit(messageId, 'from another room'))).toEqual({
      status: 'refused',
      refusal: 'MESSAGE_NOT_FOUND',
    });
    expect(await one(send('x', { actorId: randomUUID() }))).toEqual({ status: 'refused', refusal: 'USER_UNKNOWN' });
    expect(await readLog()).toEqual([]);
    room = here;
    expect(await readLog()).toEqual(['message-received']);
  });

  test('in a room that is not there is refused, each by itself (S7)', async () => {
    const { place, outcomes } = await write('no-room', [send('1'), remove(randomUUID())]);
    expect(place).toBeUndefined();
    expect(outcomes).toEqual([
      { status: 'refused', refusal: 'ROOM_NOT_FOUND' },
      { status: 'refused', refusal: 'ROOM_NOT_FOUND' },
    ]);
  });
});

describe('a batch', () => {
  test('is answered in order, and only what is written takes a number (R1, S5)', async () => {
    await newRoom();
    const { messageId } = send('x');
    await one(send('0', { messageId }));
    const { place, outcomes } = await write(room, [
      send('1'),
      edit(randomUUID(), 'nowhere'),
      send('2', { actorId: bob }),
      edit(messageId, '0'),
      send('3', { actorId: randomUUID() }),
      send('4', { clientMessageId: randomUUID() }),
    ]);
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'refused' ? outcome.refusal : (outcome.event?.seq ?? outcome.status),
      ),
    ).toEqual([2, 'MESSAGE_NOT_FOUND', 3, 'unchanged', 'USER_UNKNOWN', 4]);
    expect(place?.head).toBe(4);
    expect(await readLog()).toHaveLength(4);
  });

  test('of one kind only, with nulls in front, or of 512 keeps its types (S5)', async () => {
    await newRoom();
    const many = Array.from({ length: 512 }, (_, index) =>
      send(`text ${index}`, { clientMessageId: index % 2 === 0 ? null : randomUUID() }),
    );
    const sent = await write(room, many);
    expect(sent.outcomes.map((outcome) => 'row' in outcome && outcome.row.seq)).toEqual(many.map((_, i) => i + 1));
    const removed = await write(
      room,
      many.map(({ messageId }, index) => remove(messageId, index % 3 ? ann : mod, index % 3 === 0)),
    );
    expect(removed.outcomes.every(({ status }) => status === 'written')).toBe(true);
    expect(await readLog()).toHaveLength(1_024);
  });

  test('takes texts as they are, whatever they hold (S3, A8)', async () => {
    await newRoom();
    const texts = [
      'null',
      'NULL',
      '{a,"b"}',
      "it's; drop table",
      '\\',
      '"',
      '\n\t',
      '𝄞'.repeat(5_000),
      '%s $1 --',
      '🏴‍☠️',
    ];
    const { outcomes } = await write(
      room,
      texts.map((text) => send(text)),
    );
    expect(outcomes.map((outcome) => 'row' in outcome && outcome.row.message)).toEqual(texts);
  });
});

describe('a repeat', () => {
  test('with the same message id gets the same answer and adds nothing (S5)', async () => {
    await newRoom();
    const operation = send('once');
    const first = await one(operation);
    const again = await one(operation);
    expect(again).toEqual({ ...first, status: 'unchanged', event: undefined });
    expect(await readLog()).toEqual(['message-received']);
  });

  test('with the same client message id returns the message as it is now (S2)', async () => {
    await newRoom();
    const clientMessageId = randomUUID();
    const original = send('hello', { clientMessageId });
    await one(original);
    const repeat = () => one(send('hello', { clientMessageId }));
    expect(await repeat()).toMatchObject({ status: 'unchanged', row: { id: original.messageId, message: 'hello' } });
    await one(edit(original.messageId, 'edited'));
    expect(await repeat()).toMatchObject({ status: 'unchanged', row: { message: 'edited', version: 2 } });
    await one(remove(original.messageId));
    expect(await repeat()).toMatchObject({ status: 'unchanged', row: { isDeleted: true, version: 3 } });
    expect(await readLog()).toHaveLength(3);
  });

  test('with a text other than the one first sent is refused, also with the edited text (S2)', async () => {
    await newRoom();
    const clientMessageId = randomUUID();
    const original = send('hello', { clientMessageId });
    await one(original);
    await one(edit(original.messageId, 'edited'));
    for (const text of ['edited', 'Hello']) {
      const refused = await one(send(text, { clientMessageId }));
      expect(refused).toEqual({ status: 'refused', refusal: 'CLIENT_MESSAGE_ID_REUSED' });
    }
  });

  test('counts for one room and one author only (S2)', async () => {
    await newRoom();
    const clientMessageId = randomUUID();
    await one(send('hello', { clientMessageId }));
    expect(await one(send('other', { clientMessageId, actorId: bob }))).toMatchObject({ status: 'written' });
    await newRoom();
    expect(await one(send('third', { clientMessageId }))).toMatchObject({ status: 'written', row: { seq: 1 } });
  });

  test('in one batch with an edit or a delete of its message shows what that made of it (S2)', async () => {
    await newRoom();
    const [one1, two] = [send('1', { clientMessageId: randomUUID() }), send('2', { clientMessageId: randomUUID() })];
    await write(room, [one1, two]);
    const { outcomes } = await write(room, [
      { ...one1, messageId: randomUUID() },
      edit(one1.messageId, '1 edited'),
      remove(two.messageId),
      { ...two, messageId: randomUUID() },
    ]);
    expect(outcomes).toMatchObject([
      { status: 'unchanged', row: { id: one1.messageId, message: '1 edited', version: 3 } },
      { status: 'written', row: { version: 3 } },
      { status: 'written', row: { version: 4 } },
      { status: 'unchanged', row: { id: two.messageId, isDeleted: true, version: 4 } },
    ]);
  });
});

describe('bans', () => {
  test('do not undo a send whose answer was lost: its repeat is answered as the first try was (S5, A4)', async () => {
    await newRoom();
    const sent = send('before', { actorId: bob });
    const first = await one(sent);
    await database.insert(bans).values({ roomId: room, userId: bob, by: mod });
    expect(await one(sent)).toEqual({ ...first, status: 'unchanged', event: undefined });
  });

  test('are checked for each write, until they end, and not for a moderator’s delete (A4)', async () => {
    await newRoom();
    const { messageId } = send('x');
    await one(send('before', { messageId, actorId: bob }));
    await database.insert(bans).values({ roomId: room, userId: bob, by: mod });
    const banned = { status: 'refused', refusal: 'BANNED' };
    expect(await one(send('after', { actorId: bob }))).toEqual(banned);
    expect(await one(edit(messageId, 'after', bob))).toEqual(banned);
    expect(await one(remove(messageId, bob))).toEqual(banned);
    expect(await one(send('by another'))).toMatchObject({ status: 'written' });
    expect(await one(remove(messageId, mod, true))).toMatchObject({ status: 'written' });

    await database
      .update(bans)
      .set({ until: new Date(Date.now() - 1_000) })
      .where(eq(bans.roomId, room));
    expect(await one(send('free again', { actorId: bob }))).toMatchObject({ status: 'written' });
    const here = room;
    await newRoom();
    await database.update(bans).set({ until: null }).where(eq(bans.roomId, here));
    expect(await one(send('elsewhere', { actorId: bob }))).toMatchObject({ status: 'written' });
  });
});

describe('times', () => {
  test('never fall in the order of seq, also when the room’s last event lies in the future (S1)', async () => {
    await newRoom();
    const future = new Date(Date.now() + 3_600_000);
    await database.update(rooms).set({ lastAt: future }).where(eq(rooms.slug, room));
    const sent = await one(send('1'));
    expect('row' in sent && sent.row.createdAt).toEqual(future);
    const next = await one(send('2'));
    expect('row' in next && next.row.createdAt).toEqual(future);
  });

  test('are the database’s, taken in the write, to the millisecond (S1)', async () => {
    await newRoom();
    const [before] = await database.execute<{ now: string }>(sql`select clock_timestamp() as now`);
    const sent = await one(send('1'));
    const [after] = await database.execute<{ now: string }>(sql`select clock_timestamp() as now`);
    const at = 'row' in sent ? sent.row.createdAt.getTime() : 0;
    expect(at).toBeGreaterThanOrEqual(Math.floor(new Date(before?.now ?? '').getTime()));
    expect(at).toBeLessThanOrEqual(new Date(after?.now ?? '').getTime());
    const edited = await one(edit('row' in sent ? sent.row.id : '', 'x'));
    expect('row' in edited && edited.row.createdAt.getTime()).toBe(at);
    expect('row' in edited && edited.row.updatedAt).toEqual('row' in edited && edited.row.editedAt);
  });
});

test('a commit is durable when it is answered, also for a role that has synchronous_commit off (S1)', async () => {
  await newRoom();
  const { db } = world.connect({ maxConnections: 1 });
  await db.execute(sql`set synchronous_commit = off`);
  // Within one transaction, so that what the function has set can still be seen.
  const setting = await db.transaction(async (tx) => {
    await tx.execute(
      sql`select * from folkmoot.write_room(${room}, array['send'], array[${randomUUID()}::uuid], array[${ann}::uuid],
        array['x'], array[null::uuid], array[false])`,
    );
    return tx.execute<{ synchronous_commit: string }>(sql`show synchronous_commit`);
  });
  expect(setting[0]?.synchronous_commit).toBe('on');
  expect(await db.execute(sql`show synchronous_commit`)).toMatchObject([{ synchronous_commit: 'off' }]);
});

test('a batch that the database refuses leaves nothing behind: no number, no message, no count (R1, S5)', async () => {
  await newRoom();
  await one(send('1'));
  await expect(write(room, [send('2'), send('x'.repeat(5_001))])).rejects.toMatchObject({
    cause: { code: '23514' },
  });
  expect(await readLog()).toEqual(['message-received']);
  const [row] = await database.select().from(rooms).where(eq(rooms.slug, room));
  expect(row).toMatchObject({ lastSeq: 1, messageRows: 1, totalMessages: 1, totalUsers: 1 });
});
