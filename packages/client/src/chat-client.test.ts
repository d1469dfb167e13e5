import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type TestServer, createTestLog, startTestServer, unanswered } from '../test/test-server.ts';
import { type ChatClient, type ChatClientOptions, createChatClient } from './chat-client.ts';
import { canRepeat, toChatError } from './chat-error.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: TestServer;
let clients: ChatClient[] = [];

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  clients = [];
  await server.close();
});

function open(options: Partial<ChatClientOptions> = {}): ChatClient {
  const client = createChatClient({ url: server.url, random: () => 0.05, ...options });
  clients.push(client);
  return client;
}

/** The texts of a stream of messages as they come, and how it ended. */
function follow(client: ChatClient, lastEventId?: string) {
  const events: string[] = [];
  const errors: unknown[] = [];
  let isComplete = false;
  const subscription = client.trpc.chat.message.subscribe(
    { lastEventId },
    {
      onData: ({ data }: { data: unknown }) => {
        if (typeof data === 'object' && data !== null && 'text' in data && data.text !== '')
          events.push(String(data.text));
      },
      onError: (error: unknown) => errors.push(error),
      onComplete: () => {
        isComplete = true;
      },
    },
  );
  return { events, errors, isComplete: () => isComplete, stop: () => subscription.unsubscribe() };
}

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 20 });
const connected = (client: ChatClient) => until(() => expect(client.connection.get()).toBe('connected'));

describe.each(['websocket', 'sse'] as const)('over %s', (transport) => {
  test('R5: a stream goes on exactly where it was when its connection is lost', async () => {
    const client = open({ transport });
    const stream = follow(client, '0');
    server.write('one', 'two');
    await until(() => expect(stream.events).toEqual(['one', 'two']));

    server.drop();
    server.write('three');
    await until(() => expect(stream.events).toEqual(['one', 'two', 'three']));
    await connected(client);
  });

  test('R5, T6: a stream survives a server that is away for a while, and the state tells the truth', async () => {
    const client = open({ transport });
    const states: string[] = [];
    client.connection.subscribe(() => states.push(client.connection.get()));
    const stream = follow(client, '0');
    server.write('before');
    await until(() => expect(stream.events).toEqual(['before']));
    await connected(client);

    const { port, log } = server;
    await server.close();
    await until(() => expect(client.connection.get()).toBe('connecting'));
    log.texts.push('meanwhile');
    server = await startTestServer({ port, log });
    await until(() => expect(stream.events).toEqual(['before', 'meanwhile']));
    server.write('after');
    await until(() => expect(stream.events).toEqual(['before', 'meanwhile', 'after']));

    stream.stop();
    expect(states).toEqual(['connecting', 'connected', 'connecting', 'connected', 'idle']);
  });

  test('A3: every connection asks for a fresh token, and no URL holds one', async () => {
    let issued = 0;
    const client = open({ transport, getToken: () => Promise.resolve(`secret-${++issued}`) });
    const stream = follow(client);
    await until(() => expect(server.seen.tokens).toEqual(['secret-1']));
    await connected(client);
    server.drop();
    await until(() => expect(server.seen.tokens).toEqual(['secret-1', 'secret-2']));

    await client.trpc.chat.recent.query();
    expect(server.seen.tokens.at(-1)).toBe('secret-3');
    expect(server.seen.urls.filter((url) => url.includes('secret'))).toEqual([]);
    stream.stop();
  });

  test('A1: a token that cannot be had keeps a stream waiting and fails a query', async () => {
    let isSignedIn = false;
    const getToken = () => (isSignedIn ? 'token' : Promise.reject(new Error('asleep')));
    const client = open({ transport, getToken });
    const stream = follow(client, '0');
    await expect(client.trpc.chat.recent.query()).rejects.toThrow('asleep');
    expect(client.connection.get()).toBe('connecting');
    isSignedIn = true;
    await connected(client);
    server.write('there');
    await until(() => expect(stream.events).toEqual(['there']));
  });

  test('A2: a refused token is told to the caller and to onTokenRejected, and ends the stream', async () => {
    const onTokenRejected = vi.fn<(code: string) => void>();
    const client = open({ transport, getToken: () => 'bad', onTokenRejected });
    const stream = follow(client);
    await until(() => expect(stream.errors.map((error) => toChatError(error)?.code)).toEqual(['TOKEN_INVALID']));
    await expect(client.trpc.chat.recent.query()).rejects.toThrow('Refused');
    await expect(client.trpc.chat.send.mutate({ message: 'x' })).rejects.toThrow('Refused');
    expect(onTokenRejected.mock.calls).toEqual([['TOKEN_INVALID'], ['TOKEN_INVALID'], ['TOKEN_INVALID']]);
    expect(client.connection.get()).toBe('idle');
  });

  test('S7: a stream that is refused for a while is asked for again, one that is refused for good fails', async () => {
    server.refuseNext('DATABASE_UNAVAILABLE', 'yes');
    server.refuseNext('INTERNAL', 'with-client-message-id');
    const client = open({ transport });
    const stream = follow(client, '0');
    server.write('came through');
    await until(() => expect(stream.events).toEqual(['came through']));
    expect(stream.errors).toEqual([]);
    await connected(client);

    server.refuseNext('BANNED', 'no');
    const refused = follow(client);
    await until(() => expect(refused.errors.map((error) => toChatError(error)?.code)).toEqual(['BANNED']));
  });

  test('S2: a send has a clientMessageId of its own unless the caller brings one', async () => {
    const client = open({ transport });
    await client.trpc.chat.send.mutate({ message: 'a' });
    await client.trpc.chat.send.mutate({ message: 'b', clientMessageId: null });
    await client.trpc.chat.send.mutate({ message: 'c', clientMessageId: '0b0e8f9e-9f0c-4c26-8a3b-0d6f0a4f2a11' });
    const [a, b, c] = server.seen.sends.map((send) => send.clientMessageId);
    expect(a).toMatch(uuid);
    expect(b).toMatch(uuid);
    expect(a).not.toBe(b);
    expect(c).toBe('0b0e8f9e-9f0c-4c26-8a3b-0d6f0a4f2a11');
  });

  test('closing completes open streams, and later calls fail without being worth a repeat', async () => {
    const client = open({ transport });
    const stream = follow(client);
    await connected(client);
    await client.close();
    expect(stream.isComplete()).toBe(true);
    expect(client.connection.get()).toBe('idle');
    const error: unknown = await client.trpc.chat.send.mutate({ message: 'x' }).catch((reason: unknown) => reason);
    expect(String(error)).toContain('the chat client is closed');
    expect(canRepeat(error)).toBe(false);
    expect(follow(client).errors).toHaveLength(1);
  });
});

describe('over WebSocket', () => {
  test('A5: connectionParams are announced also without a token', async () => {
    const client = open();
    follow(client);
    await connected(client);
    await until(() => expect(server.seen.tokens).toEqual([undefined]));
    expect(server.seen.urls).toEqual(['/trpc?connectionParams=1']);
  });

  test('all streams and mutations share one socket that only opens when needed; queries and auth use HTTP', async () => {
    const client = open();
    await client.trpc.chat.recent.query();
    expect(await client.trpc.auth.guest.mutate({ name: 'Ada' })).toEqual({ token: 'http' });
    expect(server.seen.sockets).toBe(0);

    follow(client);
    follow(client);
    expect(await client.trpc.chat.send.mutate({ message: 'x' })).toMatchObject({ transport: 'websocket' });
    await connected(client);
    expect(server.seen.sockets).toBe(1);
  });

  test('a mutation waits until there is a connection', async () => {
    const { port, log } = server;
    await server.close();
    const client = open();
    const send = client.trpc.chat.send.mutate({ message: 'patient' });
    server = await startTestServer({ port, log });
    await expect(send).resolves.toMatchObject({ message: 'patient' });
  });

  test('S2: a mutation that was under way when the connection was lost fails as one to repeat', async () => {
    const client = open();
    const send = client.trpc.chat.send.mutate({ message: unanswered });
    const failure = send.catch((error: unknown) => error);
    await until(() => expect(server.seen.sends).toHaveLength(1));
    server.drop();
    expect(canRepeat(await failure)).toBe(true);
  });

  test('T5: when the server asks for it the client moves to a new socket without missing an event', async () => {
    const client = open();
    const stream = follow(client, '0');
    server.write('one');
    await until(() => expect(stream.events).toEqual(['one']));
    server.askToReconnect();
    server.write('two');
    await until(() => expect(server.seen.sockets).toBe(2));
    server.write('three');
    await until(() => expect(stream.events).toEqual(['one', 'two', 'three']));
    expect(client.connection.get()).toBe('connected');
  });

  test('T3: a connection on which nothing comes any more is given up, also when the peer answers no close', async () => {
    // As to a peer that is gone without a word.
    class DeafWebSocket extends WebSocket {
      override send(data: string): void {
        if (data !== 'PING') super.send(data);
      }
      override close(): void {}
    }
    const client = open({ WebSocket: DeafWebSocket, keepAlive: { intervalMs: 50, pongTimeoutMs: 50 } });
    const stream = follow(client, '0');
    await until(() => expect(server.seen.sockets).toBe(2));
    server.write('on the new one');
    await until(() => expect(stream.events).toEqual(['on the new one']));
  });
});

describe('over SSE', () => {
  test('T6: an answer of a proxy does not end a stream', async () => {
    server.answerNextWith(502, 503, 429);
    const client = open({ transport: 'sse' });
    const stream = follow(client, '0');
    server.write('through');
    await until(() => expect(stream.events).toEqual(['through']));
    expect(stream.errors).toEqual([]);
  });

  test('closing while the server is away stops the tries', async () => {
    const { port } = server;
    await server.close();
    const client = open({ transport: 'sse' });
    const stream = follow(client);
    await client.close();
    server = await startTestServer({ port, log: createTestLog() });
    await client.close();
    expect(stream.isComplete()).toBe(true);
    expect(server.seen.urls).toEqual([]);
  });
});

test('A5: queries of one tick share a request of at most 20 calls', async () => {
  const client = open();
  await Promise.all(Array.from({ length: 45 }, () => client.trpc.chat.recent.query()));
  const sizes = server.seen.urls.map((url) => url.split('?')[0]?.split(',').length ?? 0);
  expect(sizes.toSorted((a, b) => b - a)).toEqual([20, 20, 5]);
});

test('times come as Date', async () => {
  const answer: unknown = await open().trpc.chat.recent.query();
  expect(answer).toMatchObject({ at: new Date(0) });
});
