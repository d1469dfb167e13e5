import { limits, parsePosition, printPosition } from '@folkmoot/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { startTestServer, type StockClient, type TestServer } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const streams = ['websocket', 'sse'] as const;
const rooms = ['deleting', 'strange', 'pruned', 'long', 'other'];

let server: TestServer;
let author: StockClient;
const readers = new Map<(typeof streams)[number], StockClient>();
beforeAll(async () => {
  server = await startTestServer({ rooms });
  author = server.stockClient(await server.token({ sub: 'ada', name: 'Ada' }), { calls: 'websocket' });
  const token = await server.token({ sub: 'grace', name: 'Grace' });
  for (const kind of streams) readers.set(kind, server.stockClient(token, { streams: kind }));
});
afterAll(async () => {
  for (const client of [author, ...readers.values()]) await client.close();
  await server.close();
});

/** What comes over every stream and to who polls, up to the first event that is `last`. */
async function resumeEverywhere(room: string, after: string, last: { type: string; text?: string }) {
  const heard = await Promise.all(
    [...readers].map(async ([kind, client]) => {
      const collector = collectEvents(client, { room, lastEventId: after });
      await eventually(() => {
        const text = last.text === undefined ? {} : { message: { message: last.text } };
        expect(collector.events.at(-1)?.data).toMatchObject({ type: last.type, ...text });
      });
      collector.stop();
      expect(collector.failures).toEqual([]);
      return { kind, events: collector.events.map(({ data }) => data) };
    }),
  );
  const page = await author.trpc.chat.events.query({ room, after, limit: 100 });
  return { heard, page };
}

describe('deleting the last message that was seen', () => {
  it('and resuming brings only what is new, and no deleted text with it (R5, R8)', async () => {
    const room = 'deleting';
    const { chat } = author.trpc;
    const start = (await chat.history.query({ room })).position;
    await chat.send.mutate({ room, message: 'stays' });
    const beforeSecret = (await chat.history.query({ room })).position;
    const secret = await chat.send.mutate({ room, message: 'a regretted text' });
    await chat.edit.mutate({ room, messageId: secret.id, message: 'a regretted text, edited' });
    const lastSeen = (await chat.history.query({ room })).position;
    await chat.delete.mutate({ room, messageId: secret.id });
    await chat.send.mutate({ room, message: 'news' });

    const { heard, page } = await resumeEverywhere(room, lastSeen, { type: 'message-received', text: 'news' });
    for (const events of [...heard.map((one) => one.events), page.events]) {
      expect(events).toMatchObject([
        { type: 'message-deleted', message: { id: secret.id, message: '', isDeleted: true } },
        { type: 'message-received', message: { message: 'news' } },
      ]);
    }
    const everything = [
      await resumeEverywhere(room, beforeSecret, { type: 'message-received', text: 'news' }),
      await resumeEverywhere(room, start, { type: 'message-received', text: 'news' }),
      await readRoom(author, room),
      await chat.recent.query({ room }),
      await chat.history.query({ room, around: secret.id }),
      await chat.userMessages.query({ room, userId: secret.userId }),
      await (await fetch(`${server.url}/api/community/chat/recent?room=${room}`)).text(),
    ];
    expect(JSON.stringify(everything)).toContain('news');
    expect(JSON.stringify(everything)).not.toContain('regretted');
  });
});

describe('a position that cannot be gone on from', () => {
  it.each(['made up', 'in the future', 'of another room', 'of another epoch', 'of a later version'])(
    '%s, is a reset to the present, never the history (R6)',
    async (kind) => {
      const room = 'strange';
      const { chat } = author.trpc;
      for (const message of ['one', 'two']) await chat.send.mutate({ room, message });
      await chat.send.mutate({ room: 'other', message: 'elsewhere' });
      const { position } = await chat.history.query({ room });
      const here = parsePosition(position);
      const elsewhere = (await chat.history.query({ room: 'other' })).position;
      const strange = {
        'made up': "0' or 1=1 --",
        'in the future': printPosition({ epoch: here?.epoch ?? '', seq: (here?.seq ?? 0) + 1000 }),
        'of another room': elsewhere,
        'of another epoch': `0123456789ab.${here?.seq ?? 0}`,
        'of a later version': `v2:${position}`,
      }[kind];
      if (strange === undefined) throw new Error(`${kind} is no kind of position.`);

      const { heard, page } = await resumeEverywhere(room, strange, { type: 'reset' });
      for (const { events } of heard) expect(events).toEqual([{ type: 'reset', position }]);
      expect(page).toEqual({ events: [], position, reset: true });
    },
  );

  it('goes on live after its reset (R6)', async () => {
    for (const [kind, client] of readers) {
      const collector = collectEvents(client, { room: 'strange', lastEventId: 'made up' });
      await eventually(() => expect(collector.events[0]?.data.type).toBe('reset'));
      await author.trpc.chat.send.mutate({ room: 'strange', message: `after the reset of ${kind}` });
      await eventually(() => expect(collector.texts()).toEqual([`after the reset of ${kind}`]));
      collector.stop();
    }
  });

  it('older than what is kept, is a reset; the oldest that is kept is not (R6)', async () => {
    const room = 'pruned';
    const { chat } = author.trpc;
    const sent = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => chat.send.mutate({ room, message: `kept ${index + 1}` })),
    );
    const { position } = await chat.recent.query({ room });
    const { sql } = server.database.connect();
    await sql`update folkmoot.rooms set first_seq = 20 where slug = ${room}`;
    await sql`delete from folkmoot.room_events where room_id = ${room} and seq < 20`;
    const epoch = parsePosition(position)?.epoch ?? '';

    const tooOld = await resumeEverywhere(room, printPosition({ epoch, seq: 18 }), { type: 'reset' });
    for (const { events } of tooOld.heard) expect(events).toEqual([{ type: 'reset', position }]);
    expect(tooOld.page).toEqual({ events: [], position, reset: true });
    const text = sent.at(-1)?.message ?? '';
    const oldest = await resumeEverywhere(room, printPosition({ epoch, seq: 19 }), { type: 'message-received', text });
    for (const { events } of oldest.heard) expect(events).toHaveLength(11);
    expect(oldest.page.events).toHaveLength(11);
  });

  it('further behind than a catch-up reaches, is a reset; one event less is a catch-up (R1, R6)', async () => {
    const room = 'long';
    const { chat } = author.trpc;
    const { position: tooFarBack } = await chat.history.query({ room });
    const first = await chat.send.mutate({ room, message: 'the first' });
    const { position: start } = await chat.history.query({ room });
    // Events of a type that this version does not know: clients never see them, but every position counts them.
    const { sql } = server.database.connect();
    const last = limits.maxCatchUpEvents;
    await sql`insert into folkmoot.room_events (room_id, seq, type, actor_id, at)
      select ${room}, seq, 'from-the-future', ${first.userId}, now() from generate_series(2, ${last}::int) seq`;
    await sql`update folkmoot.rooms set last_seq = ${last} where slug = ${room}`;
    await chat.send.mutate({ room, message: 'the last' });
    const { position } = await chat.history.query({ room });
    expect(parsePosition(position)?.seq).toBe(last + 1);

    const tooFar = await resumeEverywhere(room, tooFarBack, { type: 'reset' });
    for (const { events } of tooFar.heard) expect(events).toEqual([{ type: 'reset', position }]);
    expect(tooFar.page).toEqual({ events: [], position, reset: true });
    for (const client of readers.values()) {
      const collector = collectEvents(client, { room, lastEventId: start });
      await eventually(() => expect(collector.texts()).toEqual(['the last']));
      expect(collector.events.map(({ id }) => id)).toEqual([position]);
      collector.stop();
    }
  });

  it('longer than 200 characters, is the one that is refused (R6)', async () => {
    const after = 'x'.repeat(limits.positionLength + 1);
    await expect(author.trpc.chat.events.query({ room: 'strange', after })).rejects.toMatchObject({
      data: { code: 'BAD_REQUEST', chat: { code: 'INVALID_INPUT' } },
    });
    for (const client of readers.values()) {
      const collector = collectEvents(client, { room: 'strange', lastEventId: after });
      await eventually(() => {
        expect(collector.failures[0]).toMatchObject({ data: { code: 'BAD_REQUEST', chat: { code: 'INVALID_INPUT' } } });
      });
      expect(collector.events).toEqual([]);
    }
  });
});
