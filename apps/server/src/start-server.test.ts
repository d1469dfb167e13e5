import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestServer, type TestServer } from '../test/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server.close());

describe('a stock client', () => {
  it.each([
    { streams: 'websocket', calls: 'http' },
    { streams: 'websocket', calls: 'websocket' },
    { streams: 'sse', calls: 'http' },
  ] as const)('sends and hears over %o (T1)', async (choices) => {
    await using client = server.stockClient(await server.token({ sub: 'ada', name: 'Ada' }), choices);
    expect(await client.trpc.auth.me.query()).toMatchObject({ name: 'Ada', role: 'member', isGuest: false });
    const events: { id: string; type: string; text: string | undefined }[] = [];
    const stream = client.trpc.chat.message.subscribe(
      {},
      {
        onData: ({ id, data }) =>
          events.push({ id, type: data.type, text: 'message' in data ? data.message.message : undefined }),
      },
    );
    await vi.waitFor(() => expect(events[0]?.type).toBe('ready'));
    const sent = await client.trpc.chat.send.mutate({ message: `Hello over ${choices.streams}` });
    expect(sent.createdAt).toBeInstanceOf(Date);
    await vi.waitFor(() => expect(events[1]).toMatchObject({ type: 'message-received', text: sent.message }));

    const page = await client.trpc.chat.history.query({ limit: 1 });
    expect(page.messages).toEqual([sent]);
    expect(page.position).toBe(events[1]?.id);
    stream.unsubscribe();
  });

  it('has its wrong calls refused under their own ids, the others of a batch not (S7)', async () => {
    await using client = server.stockClient(await server.token({ sub: 'ada' }));
    const [good, bad] = await Promise.allSettled([
      client.trpc.chat.recent.query({}),
      client.trpc.chat.recent.query({ limit: 101 }),
    ]);
    expect(good.status).toBe('fulfilled');
    expect(bad).toMatchObject({ reason: { data: { chat: { code: 'INVALID_INPUT', retryable: 'no' } } } });
  });
});

describe('a guest', () => {
  it('signs in with a name, is the same with a token that is good, and another with one that is bad (A1, A2)', async () => {
    const anonymous = server.stockClient();
    const first = await anonymous.trpc.auth.guest.mutate({ name: 'Grace' });
    expect(first.user).toMatchObject({ name: 'Grace', isGuest: true });

    const again = await server.stockClient(first.token).trpc.auth.guest.mutate({ name: 'Grace H.' });
    expect(again.user).toMatchObject({ id: first.user.id, name: 'Grace H.' });
    const other = await server.stockClient(`${first.token}x`).trpc.auth.guest.mutate({ name: 'Grace' });
    expect(other.user.id).not.toBe(first.user.id);

    await using client = server.stockClient(first.token, { calls: 'websocket' });
    expect(await client.trpc.auth.me.query()).toMatchObject({ id: first.user.id, isGuest: true, role: 'member' });
  });

  it('is not let in where guest login is off', async () => {
    await using closed = await startTestServer({ guestLogin: false });
    const { token } = await server.stockClient().trpc.auth.guest.mutate({ name: 'Grace' });
    const [login, call] = await Promise.allSettled([
      closed.stockClient().trpc.auth.guest.mutate({ name: 'Grace' }),
      closed.stockClient(token).trpc.auth.me.query(),
    ]);
    expect(login).toMatchObject({ reason: { data: { chat: { code: 'GUEST_LOGIN_OFF' } } } });
    expect(call).toMatchObject({ reason: { data: { chat: { code: 'TOKEN_INVALID' } } } });
  });
});

describe('at the expiry of a token', () => {
  it('a socket is closed with 4401, and a stock client goes on with a fresh one where it was (A3, R5)', async () => {
    const lifetimes = [2, 3600];
    await using client = server.stockClient(
      async () => server.token({ sub: 'eve', expiresIn: lifetimes.shift() ?? 3600 }),
      {
        calls: 'websocket',
      },
    );
    await using other = server.stockClient(await server.token({ sub: 'ada' }));
    const texts: string[] = [];
    let isReady = false;
    const stream = client.trpc.chat.message.subscribe(
      { room: 'side-room' },
      {
        onData({ data }) {
          if (data.type === 'ready') isReady = true;
          if ('message' in data) texts.push(data.message.message);
        },
      },
    );
    // What is sent before is not for a stream that brings no position (R7).
    await vi.waitFor(() => expect(isReady).toBe(true));
    let sent = 0;
    while (client.closeCodes.length === 0 || sent < 10) {
      await other.trpc.chat.send.mutate({ room: 'side-room', message: `message ${++sent}` });
    }
    expect(client.closeCodes).toEqual([4401]);
    await vi.waitFor(() => expect(texts).toHaveLength(sent));
    expect(texts).toEqual(Array.from({ length: sent }, (_, index) => `message ${index + 1}`));
    stream.unsubscribe();
  });

  it('an event stream says nothing more, no ping either, and is not ended (A3)', async () => {
    const token = await server.token({ sub: 'eve', expiresIn: 2 });
    await using other = server.stockClient(await server.token({ sub: 'ada' }));
    const url = new URL(`${server.url}/trpc/chat.message`);
    url.searchParams.set('input', JSON.stringify({ json: { room: 'side-room' } }));
    url.searchParams.set('connectionParams', JSON.stringify({ token }));
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    let [heard, isOver, heardAt] = ['', false, 0];
    const reading = (async () => {
      if (!response.body) return;
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        heard += chunk;
        heardAt = Date.now();
      }
      isOver = true;
    })().catch(() => {});
    await vi.waitFor(() => expect(heard).toContain('"ready"'));

    const expiresAt = (JSON.parse(atob(token.split('.')[1] ?? '')) as { exp: number }).exp * 1000;
    await vi.waitUntil(() => Date.now() > expiresAt + 100);
    const controls: string[] = [];
    const control = other.trpc.chat.message.subscribe(
      { room: 'side-room' },
      { onData: ({ data }) => controls.push(data.type) },
    );
    await vi.waitFor(() => expect(controls).toEqual(['ready']));
    await other.trpc.chat.send.mutate({ room: 'side-room', message: 'not for expired ears' });
    await vi.waitFor(() => expect(controls).toEqual(['ready', 'message-received']));
    control.unsubscribe();
    expect(heard).not.toContain('not for expired ears');
    expect(heardAt).toBeLessThan(expiresAt);
    expect(isOver).toBe(false);
    abort.abort();
    await reading;
  });
});

describe('the log', () => {
  it('holds request ids, and neither tokens nor texts nor queries (A3, A8)', async () => {
    const token = await server.token({ sub: 'ada' });
    await using client = server.stockClient(token, { streams: 'sse' });
    const stream = client.trpc.chat.message.subscribe({}, { onData: () => {} });
    const text = 'a text that belongs to no log';
    await client.trpc.chat.send.mutate({ message: text });
    await fetch(`${server.url}/api/community/chat?cursor=secret-cursor`, {
      headers: { authorization: `Bearer ${token}` },
    });
    stream.unsubscribe();

    await vi.waitFor(() => {
      const lines = server.logged();
      expect(lines.some((line) => line['path'] === '/trpc/chat.send' && typeof line['requestId'] === 'string')).toBe(
        true,
      );
      expect(lines.some((line) => line['path'] === '/api/community/chat')).toBe(true);
    });
    const everything = JSON.stringify(server.logged());
    for (const secret of [token, text, 'secret-cursor', 'connectionParams']) expect(everything).not.toContain(secret);
  });
});
