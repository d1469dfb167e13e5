import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { closeOf, refusalOf, serveTinyRouter } from '../test/serve-tiny-router.ts';

const upgradeHead = (path: string, host = '127.0.0.1') =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    '\r\n',
  ].join('\r\n');

describe('an upgrade', () => {
  it('on another path is refused with a sentence, and garbage behind it harms nobody (A8)', async () => {
    await using server = await serveTinyRouter();
    const answer = await server.rawExchange(`${upgradeHead('/elsewhere')}\xff\xfe garbage ${'x'.repeat(100_000)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 .*served at \/trpc/s);
    const { trpc, close } = server.stockClient();
    expect(await trpc.echo.query('alive')).toBe('alive');
    await close();
  });

  it('with a Host header that makes no URL is refused, not thrown (A8)', async () => {
    await using server = await serveTinyRouter();
    expect(await server.rawExchange(upgradeHead('/trpc', '['))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await server.rawExchange(upgradeHead('//host:bad/trpc'))).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('to another protocol is refused', async () => {
    await using server = await serveTinyRouter();
    const head = 'GET /trpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
    expect(await server.rawExchange(head)).toMatch(/^HTTP\/1\.1 400 .*Only upgrades to WebSocket/s);
  });

  it('from an origin that is not allowed is refused (A5)', async () => {
    const isOriginAllowed = vi.fn<(origin?: string) => boolean>(
      (origin) => origin === undefined || origin === 'https://good.example',
    );
    await using server = await serveTinyRouter({ isOriginAllowed });
    for (const origin of ['https://evil.example', 'null']) {
      const refusal = await refusalOf(server.openSocket('', { origin }));
      expect(refusal).toEqual({ status: 403, body: 'Pages of this origin may not connect.\n' });
    }
    for (const socket of [server.openSocket('', { origin: 'https://good.example' }), server.openSocket()]) {
      await once(socket, 'open');
      socket.close();
    }
  });

  it('is refused when its address has no place left, and a closed socket gives its place back (A6)', async () => {
    await using server = await serveTinyRouter({ limits: { maxSocketsPerAddress: 2 } });
    const [first, second] = [server.openSocket(), server.openSocket()];
    await Promise.all([once(first, 'open'), once(second, 'open')]);
    expect((await refusalOf(server.openSocket())).status).toBe(429);

    first.close();
    await vi.waitFor(async () => {
      const again = server.openSocket();
      again.on('error', () => {});
      await once(again, 'open');
    });
  });

  it('gets 16 KiB a frame when its URL announces no credentials, and 1 MiB when it does (A5)', async () => {
    await using server = await serveTinyRouter();
    const small = server.openSocket();
    await once(small, 'open');
    small.send('x'.repeat(16 * 1024 + 1));
    expect((await closeOf(small)).code).toBe(1009);

    const big = server.openSocket('?connectionParams=1');
    await once(big, 'open');
    big.send(JSON.stringify({ method: 'connectionParams', data: { token: 't' } }));
    big.send(JSON.stringify({ id: 1, method: 'query', params: { path: 'echo', input: 'x'.repeat(1000 * 1024) } }));
    const [answer] = await once(big, 'message');
    expect(String(answer).length).toBeGreaterThan(1000 * 1024);
    big.send('x'.repeat(1024 * 1024 + 1));
    expect((await closeOf(big)).code).toBe(1009);
  });

  it('leaves a malformed frame to end its own socket only (A8)', async () => {
    await using server = await serveTinyRouter();
    await server.rawExchange(`${upgradeHead('/trpc')}\xff\xff\xff\xff`);
    const { trpc, close } = server.stockClient();
    expect(await trpc.echo.query('alive')).toBe('alive');
    await close();
  });
});
