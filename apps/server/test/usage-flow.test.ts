import { historyPageSchema, recentPageSchema, type HintEvent, type MessageStreamEvent } from '@folkmoot/contract';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const rooms = { websocket: 'over-websocket', sse: 'over-sse' } as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ rooms: ['main-chat', ...Object.values(rooms)] });
});
afterAll(async () => server.close());

describe('a stock client, knowing nothing but the type of the router (T1)', () => {
  // Side by side, for each waits for the grace after which someone has left.
  it.concurrent.each([
    { streams: 'websocket', calls: 'websocket' },
    { streams: 'sse', calls: 'http' },
  ] as const)('goes through a whole visit over $streams, with calls over $calls', async ({ streams, calls }) => {
    const room = rooms[streams];

    // Authenticate: one with a token of the host, the other as a guest.
    await using ada = server.stockClient(await server.token({ sub: `ada-${streams}`, name: 'Ada' }), {
      streams,
      calls,
    });
    const guest = await server.stockClient().trpc.auth.guest.mutate({ name: 'Grace' });
    await using grace = server.stockClient(guest.token, { streams, calls });
    const adaUser = await ada.trpc.auth.me.query();
    expect(adaUser).toMatchObject({ name: 'Ada', isGuest: false, role: 'member' });
    expect(await grace.trpc.auth.me.query()).toEqual({ ...guest.user, role: 'member' });

    // Load history, by page and by cursor.
    const earlier = Array.from({ length: 30 }, (_, index) => `earlier ${index}`);
    for (const message of earlier) await ada.trpc.chat.send.mutate({ room, message });
    const newest = await grace.trpc.chat.history.query({ room, page: 1, limit: 12 });
    expect(newest).toMatchObject({ total: 30, pageCount: 3 });
    expect(newest.messages.map(({ message }) => message)).toEqual(earlier.slice(-12));
    const oldest = await grace.trpc.chat.history.query({ room, page: 3, limit: 12 });
    expect(oldest.messages.map(({ message }) => message)).toEqual(earlier.slice(0, 6));
    const back = await grace.trpc.chat.history.query({ room, limit: 12, cursor: newest.nextCursor });
    expect(back.messages.map(({ message }) => message)).toEqual(earlier.slice(6, 18));
    expect((await readRoom(grace, room)).messages.map(({ seq }) => seq)).toEqual(earlier.map((_, index) => index + 1));

    // Connect: from the position of the history nothing is missed, and nothing comes twice (R3).
    const heard = collectEvents(grace, { room, lastEventId: newest.position });
    const hints: HintEvent[] = [];
    const hintStreams = [
      grace.trpc.chat.typing.subscribe({ room }, { onData: (event) => hints.push(event) }),
      grace.trpc.chat.presence.subscribe({ room }, { onData: (event) => hints.push(event) }),
    ];
    await eventually(() => expect(hints.map(({ type }) => type)).toEqual(['presence-state']));

    // Join.
    const own = collectEvents(ada, { room });
    await eventually(() => expect(own.events[0]?.data.type).toBe('ready'));
    await eventually(() => expect(hints.at(-1)).toMatchObject({ type: 'user-joined', user: { name: 'Ada' } }));
    const online = await grace.trpc.chat.online.query({ room });
    expect(online.users.map(({ name }) => name).toSorted()).toEqual(['Ada', 'Grace']);

    // Type, send and receive: the message ends the typing (P4).
    await ada.trpc.chat.setTyping.mutate({ room, isTyping: true });
    await eventually(() => expect(hints.at(-1)).toMatchObject({ type: 'user-typing', isTyping: true, room }));
    const sent = await ada.trpc.chat.send.mutate({ room, message: 'Hello!' });
    await eventually(() => expect(hints.at(-1)).toMatchObject({ type: 'user-typing', isTyping: false }));
    expect(sent).toMatchObject({ room, seq: 31, version: 31, editedAt: null, isDeleted: false, userId: adaUser.id });
    expect(sent.createdAt).toBeInstanceOf(Date);

    // Edit and delete.
    const edited = await ada.trpc.chat.edit.mutate({ room, messageId: sent.id, message: 'Hello, all!' });
    expect(edited).toMatchObject({ message: 'Hello, all!', seq: 31, version: 32 });
    expect(edited.editedAt).toBeInstanceOf(Date);
    const deleted = await ada.trpc.chat.delete.mutate({ room, messageId: sent.id });
    expect(deleted).toMatchObject({ message: '', isDeleted: true, seq: 31, version: 33 });

    const isMessage = ({ type }: MessageStreamEvent) => type.startsWith('message-');
    const expected = [
      { type: 'message-received', message: sent },
      { type: 'message-edited', message: edited },
      { type: 'message-deleted', message: deleted },
    ];
    for (const follower of [heard, own]) {
      await eventually(() => {
        expect(follower.events.map(({ data }) => data).filter(isMessage)).toMatchObject(expected);
      });
      expect(follower.failures).toEqual([]);
    }

    // Leave.
    own.stop();
    await eventually(() => expect(hints.at(-1)).toMatchObject({ type: 'user-left', user: { name: 'Ada' }, count: 1 }));
    heard.stop();
    for (const stream of hintStreams) stream.unsubscribe();
  });
});

describe('REST', () => {
  it('gives the four reads what tRPC gives, with times as ISO strings', async () => {
    const token = await server.token({ sub: 'rest', name: 'Rest' });
    await using client = server.stockClient(token);
    const first = await client.trpc.chat.send.mutate({ message: 'one' });
    await client.trpc.chat.send.mutate({ message: 'two' });
    const get = async (path: string, bearer?: string): Promise<unknown> => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      return (await fetch(`${server.url}/api/community/chat${path}`, { headers })).json();
    };
    const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

    const { trpc } = client;
    expect(await get('?page=1&limit=1', token)).toEqual(asJson(await trpc.chat.history.query({ page: 1, limit: 1 })));
    const page = historyPageSchema.omit({ messages: true }).parse(await get('?limit=1', token));
    expect(await get(`?limit=1&cursor=${encodeURIComponent(page.nextCursor ?? '')}`, token)).toMatchObject({
      messages: [{ id: first.id, createdAt: first.createdAt.toISOString() }],
      nextCursor: null,
    });
    expect(await get('/recent?limit=2')).toEqual(asJson(await trpc.chat.recent.query({ limit: 2 })));
    expect(recentPageSchema.omit({ messages: true }).parse(await get('/recent'))).toEqual({ position: page.position });
    expect(await get('/stats?days=3')).toEqual(asJson(await trpc.chat.stats.query({ days: 3 })));
    expect(await get(`/${first.userId}?limit=1`, token)).toEqual(
      asJson(await trpc.chat.userMessages.query({ userId: first.userId, limit: 1 })),
    );
    for (const path of ['', `/${first.userId}`]) {
      expect(await get(path)).toMatchObject({ error: { code: 'UNAUTHORIZED', retryable: 'no' } });
    }
  });
});
