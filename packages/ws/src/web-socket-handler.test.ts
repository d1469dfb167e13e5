import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { closeOf, serveTinyRouter, textFrames } from '../test/serve-tiny-router.ts';

/** The machine that tests run on may be busy with others. */
const patience = { timeout: 15_000, interval: 10 };

describe('a stock client', () => {
  it('calls with the credentials of its connectionParams (T1)', async () => {
    await using server = await serveTinyRouter();
    const { trpc, close } = server.stockClient('secret');
    expect(await trpc.token.query()).toBe('secret');
    expect(server.handler.count()).toBe(1);
    await close();
    await vi.waitFor(() => expect(server.handler.count()).toBe(0), patience);
  });

  it('comes back by itself after the server closed with 4401, and resumes its stream (A3, R5)', async () => {
    await using server = await serveTinyRouter();
    const client = server.stockClient('secret');
    const seen: number[] = [];
    client.trpc.count.subscribe(undefined, { onData: (event) => seen.push(event.data) });
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3]), patience);
    await client.trpc.expire.mutate().catch(() => {});
    await vi.waitFor(() => expect(seen).toEqual([1, 2, 3, 4, 5, 6]), patience);
    expect(client.codes).toEqual([4401]);
    await client.close();
  });

  it('gets an error for each call of a frame with more than 128, and the socket lives on (A5)', async () => {
    await using server = await serveTinyRouter();
    const socket = await openWithParams(server);
    const answers = textFrames(socket);
    const calls = Array.from({ length: 10_000 }, (_, id) => ({
      id,
      method: 'subscription',
      params: { path: 'count' },
    }));
    socket.send(JSON.stringify(calls));
    await vi.waitFor(() => expect(answers).toHaveLength(10_000), patience);
    expect(answers.every((answer) => answer.includes('"error"'))).toBe(true);

    socket.send(JSON.stringify({ id: 'x', method: 'query', params: { path: 'echo', input: 'alive' } }));
    await vi.waitFor(() => expect(answers.at(-1)).toBe('{"id":"x","result":{"type":"data","data":"alive"}}'), patience);
  });
});

describe('a socket is closed with a code', () => {
  it('1003 when it sends a binary frame', async () => {
    await using server = await serveTinyRouter();
    const socket = await openWithParams(server);
    socket.send(Buffer.from([1, 2, 3]));
    expect(await closeOf(socket)).toEqual({ code: 1003, reason: 'Only text frames are understood.' });
  });

  it('4408 when it announced connectionParams and sends none (A5)', async () => {
    await using server = await serveTinyRouter({ limits: { connectionParamsTimeoutMs: 50 } });
    expect((await closeOf(server.openSocket('?connectionParams=1'))).code).toBe(4408);
  });

  it('4409 when it has no credentials and only keeps itself alive (A5)', async () => {
    await using server = await serveTinyRouter({ limits: { anonymousIdleMs: 100 } });
    const socket = server.openSocket();
    await once(socket, 'open');
    const pings = setInterval(() => socket.send('PING'), 20);
    expect((await closeOf(socket)).code).toBe(4409);
    clearInterval(pings);
  });

  it('but not when it has credentials and is quiet', async () => {
    await using server = await serveTinyRouter({ limits: { anonymousIdleMs: 300, connectionParamsTimeoutMs: 300 } });
    const [socket, anonymous] = [await openWithParams(server), server.openSocket()];
    await closeOf(anonymous);
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('nor when its request has, for a handler that asks that', async () => {
    await using server = await serveTinyRouter({
      limits: { anonymousIdleMs: 300 },
      isAnonymous: (_params, { headers }) => headers.origin !== 'https://app.example',
    });
    const socket = server.openSocket('', { origin: 'https://app.example' });
    await once(socket, 'open');
    await closeOf(server.openSocket());
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('4001 when it answers no PING, and not when it does (T3)', async () => {
    await using server = await serveTinyRouter({ limits: { pingAfterMs: 30, stallTimeoutMs: 500 } });
    const [mute, alive] = [await openWithParams(server), await openWithParams(server)];
    textFrames(alive);
    expect((await closeOf(mute)).code).toBe(4001);
    expect(alive.readyState).toBe(alive.OPEN);
  });

  it('4000 when more waits for it than it may, and only that one (R9)', async () => {
    await using server = await serveTinyRouter({ limits: { maxWaitingBytes: 256 * 1024, closeTimeoutMs: 50 } });
    const [stalled, other] = [await openWithParams(server), await openWithParams(server)];
    stalled.pause();
    stalled.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'flood', input: 'x' } }));
    await vi.waitFor(() => expect(server.handler.count()).toBe(1), patience);
    expect(other.readyState).toBe(other.OPEN);
  });
});

describe('a drain', () => {
  it('tells clients to reconnect, refuses new sockets, lets calls finish and closes with 1012 (T5)', async () => {
    await using server = await serveTinyRouter();
    const socket = await openWithParams(server);
    const frames = textFrames(socket);
    socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path: 'wait' } }));
    await vi.waitFor(() => expect(server.waiting).toHaveLength(1), patience);

    await server.handler.drain({ spreadMs: 50 });
    await vi.waitFor(() => expect(frames).toContain('{"id":null,"method":"reconnect"}'), patience);
    expect(await closeOf(server.openSocket())).toMatchObject({ code: 1006 });

    const closed = closeOf(socket);
    const done = server.handler.close({ deadlineMs: 5_000 });
    server.waiting.splice(0).forEach((letGo) => letGo());
    expect(await closed).toEqual({ code: 1012, reason: 'The server restarts.' });
    expect(frames.at(-1)).toContain('"done"');
    await done;
  });

  it('starts nothing that comes after it began, answers all that came before, and swallows no answer (T5)', async () => {
    await using server = await serveTinyRouter();
    const socket = await openWithParams(server);
    const frames = textFrames(socket);
    const wait = (id: number) => socket.send(JSON.stringify({ id, method: 'mutation', params: { path: 'wait' } }));
    // More than may be in flight at once: the last one waits for its turn.
    for (let id = 1; id <= 33; id++) wait(id);
    await vi.waitFor(() => expect(server.waiting).toHaveLength(32), patience);
    const closed = closeOf(socket);
    const done = server.handler.close({ deadlineMs: 5_000 });
    // Each answer is met with another call, as a client that sends one after the other would do.
    let id = 34;
    socket.on('message', () => wait(id++));
    server.waiting.splice(0).forEach((letGo) => letGo());
    await vi.waitFor(() => expect(server.waiting).toHaveLength(1), patience);
    server.waiting.splice(0).forEach((letGo) => letGo());
    expect((await closed).code).toBe(1012);
    expect(frames.filter((frame) => frame.includes('"done"'))).toHaveLength(33);
    expect(server.waiting).toEqual([]);
    await done;
  });

  it('ends at its deadline whatever hangs (T5)', async () => {
    await using server = await serveTinyRouter();
    const socket = await openWithParams(server);
    socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path: 'wait' } }));
    await vi.waitFor(() => expect(server.waiting).toHaveLength(1), patience);
    socket.pause();
    await server.handler.close({ deadlineMs: 50 });
    expect(server.handler.count()).toBe(0);
  });
});

async function openWithParams(server: { openSocket: (suffix: string) => WebSocket }): Promise<WebSocket> {
  const socket = server.openSocket('?connectionParams=1');
  await once(socket, 'open');
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token: 't' } }));
  return socket;
}
