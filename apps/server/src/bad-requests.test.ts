import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../test/start-test-server.ts';

let server: TestServer;
let authorization: string;
beforeAll(async () => {
  server = await startTestServer();
  authorization = `Bearer ${await server.token({ sub: 'ada' })}`;
});
afterAll(async () => server.close());

async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/trpc/${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization, ...headers },
  });
  return { status: response.status, body: await response.json() };
}
const errorOf = (code: string) => ({ error: { json: { data: { chat: { code } } } } });

describe('texts (S3)', () => {
  it.each([
    ['empty', '', 'MESSAGE_EMPTY'],
    ['blank', ' \n\t ', 'MESSAGE_EMPTY'],
    ['invisible', '\u200b\u2060\ufe0f', 'MESSAGE_EMPTY'],
    ['5,001 code points', '😀'.repeat(5001), 'MESSAGE_TOO_LONG'],
    ['NUL', 'a\u0000b', 'MESSAGE_HAS_FORBIDDEN_CHARACTERS'],
    ['an unpaired surrogate', 'a\ud800b', 'MESSAGE_HAS_FORBIDDEN_CHARACTERS'],
  ])('%s is refused with a code of its own', async (_what, message, code) => {
    const { trpc } = server.stockClient(await server.token({ sub: 'ada' }));
    await expect(trpc.chat.send.mutate({ message })).rejects.toMatchObject({
      data: { chat: { code, retryable: 'no' } },
    });
  });

  it('ten messages of 5,000 emoji in one tick are not refused (A5)', async () => {
    const text = '😀'.repeat(5000);
    for (const calls of ['http', 'websocket'] as const) {
      await using client = server.stockClient(await server.token({ sub: 'ada' }), { calls });
      const sent = await Promise.all(
        Array.from({ length: 10 }, async () => client.trpc.chat.send.mutate({ message: text })),
      );
      const seqs = sent.map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from(seqs, (_, index) => (seqs[0] ?? 0) + index));
    }
  });
});

describe('inputs', () => {
  it.each([
    ['an unknown room', { room: 'nowhere' }, 'ROOM_NOT_FOUND'],
    ['page 0', { page: 0 }, 'INVALID_INPUT'],
    ['limit 101', { limit: 101 }, 'INVALID_INPUT'],
    ['page with cursor', { page: 1, cursor: 'x' }, 'INVALID_INPUT'],
    ['a made-up cursor', { cursor: 'x' }, 'INVALID_CURSOR'],
    ['text for a number', { limit: '5' }, 'INVALID_INPUT'],
  ])('%s is refused', async (_what, input, code) => {
    const { trpc } = server.stockClient(await server.token({ sub: 'ada' }));
    await expect(trpc.chat.history.query(input as { page: number })).rejects.toMatchObject({
      data: { chat: { code } },
    });
  });

  it('a cursor of another room is refused', async () => {
    const { trpc } = server.stockClient(await server.token({ sub: 'ada' }));
    for (const message of ['one', 'two']) await trpc.chat.send.mutate({ message });
    const { nextCursor } = await trpc.chat.history.query({ limit: 1 });
    expect(nextCursor).toEqual(expect.any(String));
    await expect(trpc.chat.history.query({ room: 'side-room', cursor: nextCursor })).rejects.toMatchObject({
      data: { chat: { code: 'INVALID_CURSOR' } },
    });
  });

  it('`cursor: null` and `direction`, as TanStack sends them, are taken', async () => {
    const { trpc } = server.stockClient(await server.token({ sub: 'ada' }));
    const page = await trpc.chat.history.query({ limit: 1, cursor: null, direction: 'forward' });
    expect(page.messages.length).toBeLessThanOrEqual(1);
  });

  it('one over 64 KiB, and one nested too deeply, is refused and leaves the others of its batch alone (A5, A8)', async () => {
    const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`);
    const batch = { 0: { json: { message: 'x'.repeat(70_000) } }, 1: { json: deep }, 2: { json: { message: 'fine' } } };
    const { body } = await post('chat.send,chat.send,chat.send?batch=1', JSON.stringify(batch));
    expect(body).toMatchObject([errorOf('INPUT_TOO_LARGE'), errorOf('INPUT_TOO_LARGE'), { result: {} }]);
  });

  it('a superjson bomb is refused at once (A8)', async () => {
    const paths = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a.${index}`, [`b.${index}`]]));
    const bomb = { json: { message: 'x' }, meta: { referentialEqualities: paths } };
    const before = process.cpuUsage();
    expect((await post('chat.send', JSON.stringify(bomb))).body).toMatchObject(errorOf('INPUT_TOO_LARGE'));
    // Work of this process, the server's included: on a busy machine the same work takes longer.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });

  it.each([
    ['as a key', '{"json":{"message":"x","__proto__":{"polluted":true}}}'],
    ['as a path', '{"json":{"message":"x"},"meta":{"values":{"__proto__.polluted":["Date"]}}}'],
    ['of a constructor', '{"json":{"message":"x"},"meta":{"values":{"constructor.prototype.polluted":["Date"]}}}'],
  ])('`__proto__` %s changes nothing (A8)', async (_what, body) => {
    await post('chat.send', body);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe('bodies', () => {
  it('broken JSON is refused', async () => {
    const { status, body } = await post('chat.send', '{"json":');
    expect(status).toBe(400);
    expect(body).toMatchObject(errorOf('INVALID_INPUT'));
  });

  it('one over 1 MiB is refused, announced or not (A5)', async () => {
    const big = JSON.stringify({ json: { message: 'x'.repeat(1024 * 1024) } });
    expect(await post('chat.send', big)).toMatchObject({ status: 413, body: errorOf('INPUT_TOO_LARGE') });

    let left = 20;
    const chunks = new ReadableStream({
      pull(controller) {
        if (left-- > 0) controller.enqueue(Buffer.alloc(100_000, ' '));
        else controller.close();
      },
    });
    const response = await fetch(`${server.url}/trpc/chat.send`, {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: { 'content-type': 'application/json', authorization },
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  it('a batch of 1,000 calls is refused, one of 20 is not (A5)', async () => {
    const batchOf = (size: number) => `${Array.from({ length: size }, () => 'chat.recent').join()}?batch=1&input={}`;
    const get = async (size: number) => fetch(`${server.url}/trpc/${batchOf(size)}`, { headers: { authorization } });
    expect((await get(20)).status).toBe(200);
    const refused = await get(1000);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject(errorOf('INVALID_INPUT'));
    expect((await get(20)).status).toBe(200);
  });

  it('another content type is refused', async () => {
    expect((await post('chat.send', 'message=x', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('origins (A5)', () => {
  const own = () => server.url;
  const call = async (origin: string | undefined, method = 'GET') =>
    fetch(`${server.url}/trpc/chat.recent`, { method, headers: origin === undefined ? {} : { origin } });

  it('the own one, loopback and none are let in', async () => {
    for (const origin of [undefined, own(), 'http://localhost:5173', 'http://127.0.0.1:1234', 'http://[::1]:81']) {
      const response = await call(origin);
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin ?? null);
    }
  });

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1@evil.example',
    'file://',
  ])('%s is refused, before anything happens, whatever Host says', async (origin) => {
    for (const path of ['/trpc/chat.recent', '/api/community/chat/recent']) {
      const response = await fetch(server.url + path, { headers: { origin } });
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
    const preflight = await call(origin, 'OPTIONS');
    expect(preflight.headers.get('access-control-allow-methods')).toBeNull();
    expect(
      await rawRequest(`GET /trpc/chat.recent HTTP/1.1\r\nHost: evil.example\r\nOrigin: ${origin}\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('a preflight of an allowed one is answered', async () => {
    const preflight = await call(own(), 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  it('where a list is given, only that list counts', async () => {
    await using listed = await startTestServer({ allowedOrigins: ['https://app.example'], sharing: server.database });
    const statusFor = async (origin: string) =>
      (await fetch(`${listed.url}/trpc/chat.recent`, { headers: { origin } })).status;
    expect(await statusFor('https://app.example')).toBe(200);
    expect(await statusFor('http://localhost:5173')).toBe(403);
    expect(await statusFor(listed.url)).toBe(403);
  });
});

describe('HTTP that is wrong', () => {
  it('never reaches beyond its own connection', async () => {
    for (const request of [
      'GARBAGE\r\n\r\n',
      'GET //evil/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /trpc/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /trpc/chat.recent HTTP/1.1\r\nHost: [\r\n\r\n',
      'GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /assets/%2e%2e/%2e%2e/package.json HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n',
      `GET /trpc/chat.message?connectionParams=%7B HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\n${'X-Long: '.padEnd(40_000, 'x')}\r\n\r\n`,
    ]) {
      expect(await rawRequest(request)).toMatch(/^(HTTP\/1\.1 [234]\d\d |$)/);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    }
  });

  it('is refused as JSON: unknown paths, procedures and methods', async () => {
    expect(await (await fetch(`${server.url}/nothing`)).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    const posted = await fetch(`${server.url}/api/community/chat`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await post('chat.nothing', '{}')).body).toMatchObject(errorOf('PROCEDURE_NOT_FOUND'));
    for (const path of [
      '__proto__',
      'constructor',
      'toString',
      'chat.__proto__',
      'chat.constructor',
      'chat',
      '',
      ',,,',
    ]) {
      const response = await fetch(`${server.url}/trpc/${path}`, { headers: { authorization } });
      expect([path, response.status]).toEqual([path, 404]);
    }
    const wrongMethod = await fetch(`${server.url}/trpc/chat.send`, { headers: { authorization } });
    expect(wrongMethod.status).toBe(405);
  });
});

async function rawRequest(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(answer));
  });
}
