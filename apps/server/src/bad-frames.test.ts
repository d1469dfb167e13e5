import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from '../test/start-test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server.close());

async function openSocket(): Promise<{ socket: WebSocket; frames: string[]; closed: Promise<number> }> {
  const socket = new WebSocket(`${server.wsUrl}?connectionParams=1`);
  const frames: string[] = [];
  socket.on('message', (data) => {
    if (Buffer.isBuffer(data)) frames.push(data.toString());
  });
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => {
    socket.once('close', resolve);
  });
  await once(socket, 'open');
  const token = await server.token({ sub: 'ada' });
  socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  return { socket, frames, closed };
}

it('a binary frame closes its socket with 1003 (A8)', async () => {
  const { socket, closed } = await openSocket();
  socket.send(Buffer.from([0, 255]));
  expect(await closed).toBe(1003);
});

it('a frame over 1 MiB closes its socket with 1009 (A5)', async () => {
  const { socket, closed } = await openSocket();
  socket.send('x'.repeat(1024 * 1024 + 1));
  expect(await closed).toBe(1009);
});

it.each([
  ['broken JSON', '{"id":1,'],
  ['no object', '"text"'],
  ['a number', '1'],
  ['null', 'null'],
  ['an id of a wrong type', '{"id":{},"method":"query","params":{"path":"chat.rooms"}}'],
  ['a method of no meaning', '{"id":1,"method":"__proto__","params":{}}'],
  ['no params', '{"id":1,"method":"query"}'],
  ['arrays in arrays', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
])('%s gets an error, and the socket works on (A8)', async (_what, frame) => {
  const { socket, frames } = await openSocket();
  socket.send(frame);
  await vi.waitFor(() => expect(frames.some((text) => text.includes('"error"'))).toBe(true));
  socket.send('{"id":7,"method":"query","params":{"path":"chat.rooms"}}');
  await vi.waitFor(() =>
    expect(frames.some((text) => text.includes('"id":7') && text.includes('"result"'))).toBe(true),
  );
  socket.close();
});

it('inputs that are bad fail their own calls: too large, a superjson bomb, `__proto__` (A5, A8)', async () => {
  const { socket, frames } = await openSocket();
  const paths = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a.${index}`, [`b.${index}`]]));
  const call = (id: number, input: unknown) => ({ id, method: 'mutation', params: { path: 'chat.send', input } });
  socket.send(
    JSON.stringify([
      call(1, { json: { message: 'x'.repeat(70_000) } }),
      call(2, { json: { message: 'x' }, meta: { referentialEqualities: paths } }),
      call(3, { json: { message: 'good' } }),
    ]),
  );
  socket.send(
    '{"id":4,"method":"mutation","params":{"path":"chat.send","input":{"json":{"__proto__":{"polluted":1}}}}}',
  );
  await vi.waitFor(() => expect(frames).toHaveLength(4));
  const byId = new Map(frames.map((text) => JSON.parse(text)).map((frame) => [frame.id, frame]));
  expect(byId.get(1).error.json.data.chat.code).toBe('INPUT_TOO_LARGE');
  expect(byId.get(2).error.json.data.chat.code).toBe('INPUT_TOO_LARGE');
  expect(byId.get(3).result.data.json.message).toBe('good');
  expect(byId.get(4).error.json.data.chat.code).toBe('INVALID_INPUT');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  socket.close();
});

it('a frame of 10,000 subscriptions opens none, each gets an error, and the socket works on (A5)', async () => {
  const { socket, frames } = await openSocket();
  const calls = Array.from({ length: 10_000 }, (_, id) => ({
    id,
    method: 'subscription',
    params: { path: 'chat.message' },
  }));
  socket.send(JSON.stringify(calls));
  await vi.waitFor(() => expect(frames).toHaveLength(10_000), { timeout: 15_000 });
  expect(frames.every((text) => text.includes('"error"') && text.includes('INVALID_INPUT'))).toBe(true);
  socket.send('{"id":"after","method":"query","params":{"path":"chat.rooms"}}');
  await vi.waitFor(() => expect(frames.at(-1)).toContain('"id":"after","result"'));
  socket.close();
});

it('60 subscriptions that all reconnect in one frame are not refused (A5)', async () => {
  const lifetimes = [2, 3600];
  await using client = server.stockClient(async () =>
    server.token({ sub: 'ada', expiresIn: lifetimes.shift() ?? 3600 }),
  );
  await using writer = server.stockClient(await server.token({ sub: 'bob' }));
  const heard = new Map<number, string[]>();
  const errors: unknown[] = [];
  for (let index = 0; index < 60; index++) {
    const texts: string[] = [];
    heard.set(index, texts);
    client.trpc.chat.message.subscribe(
      {},
      {
        onData: ({ data }) => texts.push('message' in data ? data.message.message : data.type),
        onError: (error) => errors.push(error),
      },
    );
  }
  const all = (text: string) => [...heard.values()].every((texts) => texts.at(-1) === text);
  await vi.waitFor(() => expect(all('ready')).toBe(true));
  await writer.trpc.chat.send.mutate({ message: 'before' });
  await vi.waitFor(() => expect(client.closeCodes).toEqual([4401]));
  await writer.trpc.chat.send.mutate({ message: 'after' });
  await vi.waitFor(() => expect(all('after')).toBe(true), { timeout: 10_000 });
  for (const texts of heard.values()) expect(texts).toEqual(['ready', 'before', 'after']);
  expect(errors).toEqual([]);
});

it('a socket on another path, of a wrong origin or of none is refused before it is one (A5, A8)', async () => {
  const statusOf = async (url: string, origin?: string) =>
    new Promise<number | undefined>((resolve) => {
      const socket = new WebSocket(url, origin === undefined ? {} : { origin });
      socket.on('error', () => {});
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode);
      });
      socket.once('open', () => {
        socket.close();
        resolve(101);
      });
    });
  const base = `ws://127.0.0.1:${server.port}`;
  expect(await statusOf(`${base}/elsewhere`)).toBe(404);
  expect(await statusOf(`${base}/trpc/`)).toBe(404);
  expect(await statusOf(`${base}/trpc`, 'https://evil.example')).toBe(403);
  expect(await statusOf(`${base}/trpc`, 'null')).toBe(403);
  expect(await statusOf(`${base}/trpc`, server.url)).toBe(101);
  expect(await statusOf(`${base}/trpc`)).toBe(101);
});

it('after all that the server is unharmed', async () => {
  await using client = server.stockClient(await server.token({ sub: 'ada' }), { calls: 'websocket' });
  expect(await client.trpc.auth.me.query()).toMatchObject({ role: 'member' });
});
