import { randomUUID } from 'node:crypto';
import { type LogEvent, printPosition } from '@folkmoot/contract';
import { sql } from '@folkmoot/db/drizzle';
import { expect, test } from 'vitest';
import { createTestApi, foldEvents, person } from '../testing/index.ts';
import { createRoomImport, type PastWrite, RoomImportError } from './room-import.ts';

const room = 'main-chat';
const hour = 3_600_000;

async function createWorld() {
  const api = await createTestApi();
  const roomImport = createRoomImport(api.database);
  const authors = await roomImport.addPeople(['ann', 'bob', 'eve'].map((id) => ({ id, name: id, username: id })));
  const reader = api.caller(person('reader'));
  return {
    ...api,
    roomImport,
    authors,
    reader,
    /** The log from its very beginning, page by page. */
    async readLog() {
      const epoch = (await reader.chat.history({ room })).position.split('.')[0] ?? '';
      const events: LogEvent[] = [];
      for (let after = printPosition({ epoch, seq: 0 }); ;) {
        const page = await reader.chat.events({ room, after, limit: 100 });
        expect(page.reset).toBe(false);
        if (page.events.length === 0) return events;
        events.push(...page.events);
        after = page.position;
      }
    },
    async readHistory() {
      const pages = [];
      let cursor: string | null | undefined;
      do {
        const page = await reader.chat.history({ room, limit: 100, cursor });
        pages.unshift(...page.messages);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return pages;
    },
  };
}

/** Sixty days of writes, every seventh an edit and every eleventh a deletion of a message before it. */
function* pastOf(authors: readonly string[], { count, until }: { count: number; until: number }): Generator<PastWrite> {
  const sent: { messageId: string; authorId: string }[] = [];
  for (let n = 1; n <= count; n++) {
    // Pairs share a time: it may stand still, but not fall.
    const at = new Date(until - Math.ceil((count - n) / 2) * ((60 * 24 * hour) / count) * 2);
    const target = sent.at(-1 - (n % 5));
    if (n % 7 === 0 && target) yield { kind: 'edit', at, ...target, text: `better ${n}` };
    else if (n % 11 === 0 && target) {
      sent.splice(sent.indexOf(target), 1);
      yield { kind: 'delete', at, messageId: target.messageId, authorId: authors[0] ?? '', asModerator: true };
    } else {
      const one = { messageId: randomUUID(), authorId: authors[n % authors.length] ?? '' };
      sent.push(one);
      yield { kind: 'send', at, ...one, text: `line ${n}` };
    }
  }
}

test('an imported past has seqs without a gap, times that do not fall, right counters, and folds to the history (R1, S1, R3)', async () => {
  await using world = await createWorld();
  const writes = [...pastOf(world.authors, { count: 1_500, until: Date.now() - hour })];
  const progress: number[] = [];
  const written = await world.roomImport.write(room, writes, { onProgress: (events) => progress.push(events) });
  expect(written).toBe(1_500);
  expect(progress.at(-1)).toBe(1_500);
  expect(await world.roomImport.openRoom(room)).toEqual({ events: 1_500 });

  const events = await world.readLog();
  expect(events).toHaveLength(1_500);
  expect(events.map(({ position }) => Number(position.split('.')[1]))).toEqual(events.map((_, index) => index + 1));
  const history = await world.readHistory();
  expect(foldEvents([], events)).toEqual(history);
  const times = await world.database.execute<{ at: Date }>(
    sql`select at from folkmoot.room_events where room_id = ${room} order by seq`,
  );
  expect(times.map(({ at }) => new Date(at).getTime())).toEqual(writes.map(({ at }) => at.getTime()));

  const first = writes.find(({ kind }) => kind === 'edit');
  const edited = history.find(({ id }) => id === first?.messageId);
  expect(edited?.editedAt?.getTime()).toBeGreaterThan(edited?.createdAt.getTime() ?? 0);

  const alive = history.filter(({ isDeleted }) => !isDeleted);
  const stats = await world.reader.chat.stats({ room, days: 90 });
  expect(stats.totalMessages).toBe(alive.length);
  expect(stats.totalUsers).toBe(3);
  const onDay = (day: string) => alive.filter(({ createdAt }) => createdAt.toISOString().startsWith(day));
  expect(stats.daily.reduce((sum, { messages }) => sum + messages, 0)).toBe(alive.length);
  for (const { day, messages, users } of stats.daily) {
    expect({ messages, users }).toEqual({
      messages: onDay(day).length,
      users: new Set(onDay(day).map(({ userId }) => userId)).size,
    });
  }
  expect(stats.hourly).toEqual(
    Array.from({ length: 24 }, (_, at) => alive.filter(({ createdAt }) => createdAt.getUTCHours() === at).length),
  );
});

test('a live send ends an import with an error and keeps its place: nothing is written before it (S1)', async () => {
  await using world = await createWorld();
  const writes = pastOf(world.authors, { count: 600, until: Date.now() - hour });
  let sent: Promise<unknown> | undefined;
  async function* interrupted() {
    let n = 0;
    for (const write of writes) {
      if (++n === 400) sent = world.caller(person('ann')).chat.send({ room, message: 'I am here now' });
      if (n === 400) await sent;
      yield write;
    }
  }
  const refusal: unknown = await world.roomImport.write(room, interrupted()).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RoomImportError);
  expect(refusal).toMatchObject({ message: expect.stringContaining('Has somebody written there meanwhile?') });

  const events = await world.readLog();
  const last = events.at(-1);
  expect(last && 'message' in last && last.message.message).toBe('I am here now');
  expect((refusal as RoomImportError).written).toBe(events.length - 1);
  expect(events.length).toBeGreaterThan(100);
});

test('after an import a live send goes on from it, at the time of now', async () => {
  await using world = await createWorld();
  await world.roomImport.write(room, pastOf(world.authors, { count: 30, until: Date.now() - 48 * hour }));
  const before = Date.now();
  const { seq, createdAt } = await world.caller(person('ann')).chat.send({ room, message: 'back again' });
  expect(seq).toBe(31);
  // The clock of the database's machine, which is this one; it is cut to milliseconds.
  expect(createdAt.getTime()).toBeGreaterThanOrEqual(before - 1);
});

test('times that fall, lie in the future or before the last event, and texts that S3 refuses, are not imported', async () => {
  await using world = await createWorld();
  const send = (at: number, text = 'a line'): PastWrite => ({
    kind: 'send',
    at: new Date(at),
    authorId: world.authors[0] ?? '',
    messageId: randomUUID(),
    text,
  });
  const now = Date.now();
  const write = (...writes: PastWrite[]) => world.roomImport.write(room, writes);
  await expect(write(send(now - hour), send(now - 2 * hour))).rejects.toThrow('the times of the writes fall');
  await expect(write(send(now - hour), send(now + hour))).rejects.toThrow('lies in the future');
  await expect(write(send(Number.NaN))).rejects.toThrow(RoomImportError);
  await expect(write(send(now - hour, ' \n '))).rejects.toThrow('MESSAGE_EMPTY');
  await expect(write({ ...send(now - hour), authorId: randomUUID() })).rejects.toThrow('USER_UNKNOWN');
  expect(await world.roomImport.openRoom(room)).toEqual({ events: 0 });

  await write(send(now - hour));
  await expect(write(send(now - 2 * hour))).rejects.toThrow('newer event');
  expect(await world.roomImport.openRoom(room)).toEqual({ events: 1 });
});

test('the write function itself refuses a batch whose times fall, are too few or missing', async () => {
  await using world = await createWorld();
  const [author] = world.authors;
  const call = (times: (string | null)[]) =>
    world.sql`select status from folkmoot.write_room(${room}, ${['send', 'send']}::text[],
      ${[randomUUID(), randomUUID()]}::uuid[], ${[author ?? '', author ?? '']}::uuid[], ${['one', 'two']}::text[],
      ${[null, null]}::uuid[], '{f,f}'::boolean[], ${times}::text[]::timestamptz[])`;
  for (const times of [
    ['2020-01-02', '2020-01-01'],
    ['2020-01-01'],
    ['2020-01-01', null],
    ['2020-01-01', '2999-01-01'],
  ]) {
    await expect(call(times)).rejects.toMatchObject({ code: '22000' });
  }
  await expect(call(['2020-01-01', '2020-01-01'])).resolves.toHaveLength(2);
});

test('no caller of the API can say when something happened', async () => {
  await using world = await createWorld();
  const input = { room, message: 'from the past?', at: new Date(0), createdAt: new Date(0), times: [new Date(0)] };
  const before = Date.now();
  const { createdAt } = await world.caller(person('ann')).chat.send(input);
  expect(createdAt.getTime()).toBeGreaterThanOrEqual(before - 1);
});
