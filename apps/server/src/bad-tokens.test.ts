import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { guestKey } from './auth/guest-tokens.ts';
import { startTestServer, testSecret, type TestServer } from '../test/start-test-server.ts';

const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand, as an attacker would. */
function forge(header: object, claims: object, secret?: string | KeyObject): string {
  const text = `${base64(header)}.${base64(claims)}`;
  return `${text}.${secret === undefined ? '' : createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const member = { sub: 'mallory', role: 'admin' };
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server.close());

const badTokens = [
  ['nothing like a token', () => 'nonsense', 'TOKEN_INVALID'],
  ['alg none', () => forge({ alg: 'none' }, { ...member, exp: inAnHour() }), 'TOKEN_INVALID'],
  ['another secret', () => forge({ alg: 'HS256' }, { ...member, exp: inAnHour() }, 'another secret'), 'TOKEN_INVALID'],
  ['a public key as the secret', () => forge({ alg: 'HS256' }, { ...member, exp: inAnHour() }, pem), 'TOKEN_INVALID'],
  ['no exp', () => forge({ alg: 'HS256' }, member, testSecret), 'TOKEN_INVALID'],
  ['no sub', () => forge({ alg: 'HS256' }, { exp: inAnHour() }, testSecret), 'TOKEN_INVALID'],
  ['an exp beyond all time', () => forge({ alg: 'HS256' }, { ...member, exp: 1e300 }, testSecret), 'TOKEN_INVALID'],
  [
    'HS512, which is not taken',
    () => forge({ alg: 'HS512' }, { ...member, exp: inAnHour() }, testSecret),
    'TOKEN_INVALID',
  ],
  [
    'the type of guests and the key of members',
    () =>
      forge(
        { alg: 'HS256', typ: 'folkmoot-guest+jwt' },
        { ...member, iss: 'folkmoot:guest', exp: inAnHour() },
        testSecret,
      ),
    'TOKEN_INVALID',
  ],
  [
    'the type of members and the key of guests',
    () => forge({ alg: 'HS256', typ: 'JWT' }, { ...member, exp: inAnHour() }, guestKey(testSecret)),
    'TOKEN_INVALID',
  ],
  [
    'RS256 where no public keys are known',
    async () => new SignJWT({ ...member, exp: inAnHour() }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
    'TOKEN_INVALID',
  ],
  [
    'an exp in the past',
    () => forge({ alg: 'HS256' }, { ...member, exp: inAnHour() - 7200 }, testSecret),
    'TOKEN_EXPIRED',
  ],
] as const;

describe.each(badTokens)('a token with %s (A1, A2)', (_what, make, code) => {
  it('fails each call under its own id over HTTP, also those that need no token', async () => {
    const { trpc } = server.stockClient(await make());
    const results = await Promise.allSettled([
      trpc.chat.history.query({}),
      trpc.chat.recent.query({}),
      trpc.chat.send.mutate({ message: 'x' }),
    ]);
    for (const result of results)
      expect(result).toMatchObject({ reason: { data: { httpStatus: 401, chat: { code } } } });
  });

  it('fails each call over WebSocket and never the connection', async () => {
    await using client = server.stockClient(await make(), { calls: 'websocket' });
    const results = await Promise.allSettled([client.trpc.auth.me.query(), client.trpc.chat.stats.query({})]);
    for (const result of results) expect(result).toMatchObject({ reason: { data: { chat: { code } } } });
    const streamError = await new Promise((resolve) => {
      client.trpc.chat.message.subscribe({}, { onError: resolve });
    });
    expect(streamError).toMatchObject({ data: { chat: { code } } });
    expect(client.closeCodes).toEqual([]);
    expect(await client.trpc.auth.guest.mutate({ name: 'Mallory' })).toMatchObject({ user: { isGuest: true } });
  });

  it('fails over REST with the same code', async () => {
    const authorization = `Bearer ${await make()}`;
    const response = await fetch(`${server.url}/api/community/chat/recent`, { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code, retryable: 'no' } });
  });
});

it('an Authorization header of another scheme is a bad one, not none (A2)', async () => {
  for (const authorization of ['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b']) {
    const response = await fetch(`${server.url}/trpc/chat.recent`, { headers: { authorization } });
    expect(response.status).toBe(401);
  }
});

it('a guest`s token cannot carry a role (A9)', async () => {
  const header = { alg: 'HS256', typ: 'folkmoot-guest+jwt' };
  const claims = { sub: 'x', iss: 'folkmoot:guest', role: 'admin', exp: inAnHour() };
  const { trpc } = server.stockClient(forge(header, claims, guestKey(testSecret)));
  expect(await trpc.auth.me.query()).toMatchObject({ role: 'member', isGuest: true });
});

it('a role that is none of ours makes a member', async () => {
  const { trpc } = server.stockClient(forge({ alg: 'HS256' }, { sub: 'x', role: 'root', exp: inAnHour() }, testSecret));
  expect(await trpc.auth.me.query()).toMatchObject({ role: 'member' });
});

it('a bad Authorization header is refused before the body is sent, each call in its place (A5)', async () => {
  const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const req = request(`${server.url}/trpc/chat.send,chat.send?batch=1`, {
      method: 'POST',
      headers: { authorization: 'Bearer nonsense', 'content-type': 'application/json', 'content-length': 1000 },
    });
    req.on('error', reject);
    req.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => {
        resolve({ status: response.statusCode, text });
        req.destroy();
      });
    });
    req.flushHeaders();
  });
  expect(answer.status).toBe(401);
  const refusal = { error: { json: { data: { path: 'chat.send', chat: { code: 'TOKEN_INVALID' } } } } };
  expect(JSON.parse(answer.text)).toMatchObject([refusal, refusal]);
});

describe('with the keys of an identity provider', () => {
  let provider: Server;
  let keys: unknown;
  let withKeys: TestServer;
  const issuer = 'https://id.example/';
  const audience = 'folkmoot';

  beforeAll(async () => {
    keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] };
    provider = createServer((_req, res) => {
      if (keys === undefined) res.writeHead(503).end();
      else res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys));
    });
    const port = await new Promise<number>((resolve) => {
      provider.listen(0, '127.0.0.1', () => {
        const address = provider.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    withKeys = await startTestServer({
      authJwksUrl: `http://127.0.0.1:${port}/keys`,
      authIssuer: issuer,
      authAudience: audience,
      authSecret: undefined,
      isAtHome: false,
      guestLogin: false,
    });
  });
  afterAll(async () => {
    await withKeys.close();
    provider.close();
  });

  const sign = async (claims: { iss?: string; aud?: string; kid?: string } = {}) =>
    new SignJWT({ sub: 'ada', name: 'Ada', iss: claims.iss ?? issuer, aud: claims.aud ?? audience, exp: inAnHour() })
      .setProtectedHeader({ alg: 'RS256', kid: claims.kid ?? 'one' })
      .sign(privateKey);
  const codeOf = async (token: string) => {
    const [result] = await Promise.allSettled([withKeys.stockClient(token).trpc.auth.me.query()]);
    return result.status === 'fulfilled' ? 'good' : result.reason.data.chat;
  };

  it('keys that cannot be fetched are a failure that passes, and no bad token, on the same socket too (A1)', async () => {
    const kept = keys;
    keys = undefined;
    await using client = withKeys.stockClient(await sign(), { calls: 'websocket' });
    await expect(client.trpc.auth.me.query()).rejects.toMatchObject({
      data: { httpStatus: 503, chat: { code: 'TOO_BUSY', retryable: 'yes' } },
    });
    keys = kept;
    expect(await client.trpc.auth.me.query()).toMatchObject({ name: 'Ada' });
    expect(client.closeCodes).toEqual([]);
  });

  it('takes tokens of that provider for this application, and no others (A1)', async () => {
    expect(await codeOf(await sign())).toBe('good');
    for (const token of [
      await sign({ iss: 'https://evil.example/' }),
      await sign({ aud: 'another application' }),
      await sign({ kid: 'two' }),
      forge({ alg: 'HS256', kid: 'one' }, { sub: 'ada', iss: issuer, aud: audience, exp: inAnHour() }, pem),
      forge({ alg: 'HS256' }, { sub: 'ada', iss: issuer, aud: audience, exp: inAnHour() }, testSecret),
    ]) {
      expect(await codeOf(token)).toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });
});

it('many bad sockets leave the server unharmed', async () => {
  const sockets = Array.from({ length: 50 }, () => new WebSocket(`${server.wsUrl}?connectionParams=1`));
  for (const socket of sockets) {
    socket.on('open', () => {
      socket.send('{"method":"connectionParams","data":{"token":["not a text"]}}');
    });
  }
  await Promise.all(sockets.map(async (socket) => new Promise((resolve) => socket.once('close', resolve))));
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
