import { once } from 'node:events';
import { connect } from 'node:net';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler as applyTrpcHandler } from '@trpc/server/adapters/ws';
import { describe, expect, it } from 'vitest';
import { until } from '../test/raw-client.ts';
import { type Adapter, serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';

const t = initTRPC.create({ isDev: false });

async function serve(adapter: Adapter = applyWSSHandler) {
  const called: unknown[] = [];
  const router = t.router({
    echo: t.procedure
      .input((value) => value)
      .query(({ input }) => {
        called.push(input);
        return input;
      }),
    wait: t.procedure.subscription(async function* ({ signal }) {
      yield 1;
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    }),
  });
  return Object.assign(await serveAdapter(adapter, { router }), { called });
}

const query = (id: unknown, input?: unknown) => ({ id, method: 'query', params: { path: 'echo', input } });
const answer = (id: unknown, data?: unknown) => JSON.stringify({ id, result: { type: 'data', data } });
const refusal = (id: unknown, message: string, path?: string) =>
  JSON.stringify({ id, error: { message, code: -32600, data: { code: 'BAD_REQUEST', httpStatus: 400, path } } });

/** What a client can see to be otherwise than with tRPC's adapter. The table in README.md lists it. */
describe('otherwise than with tRPC', () => {
  it('each message of a frame is parsed by itself, and what is wrong is told under its id (A5)', async () => {
    const frame = [query(1, 'a'), { id: 2, method: 'quary' }, 5, { id: 'x', jsonrpc: '3.0' }, query(3, 'b')];
    const wrong = (id: unknown, message: string) =>
      JSON.stringify({ id, error: { message, code: -32700, data: { code: 'PARSE_ERROR', httpStatus: 400 } } });
    await using server = await serve();
    const client = await server.open();
    client.send(frame);
    expect((await client.untilFrames(5)).toSorted()).toEqual(
      [
        answer(1, 'a'),
        wrong(2, 'Invalid procedure type'),
        wrong(null, 'Not an object'),
        wrong('x', 'Must be JSONRPC 2.0'),
        answer(3, 'b'),
      ].toSorted(),
    );

    await using theirs = await serve(applyTrpcHandler);
    const theirClient = await theirs.open();
    theirClient.send(frame);
    await theirClient.untilFrames(1);
    expect(await theirClient.untilQuiet()).toEqual([wrong(null, 'Invalid procedure type')]);
  });

  it('an id is a finite number or a text of at most 64 bytes (A5)', async () => {
    await using server = await serve();
    const client = await server.open();
    const message = 'An id is a number or a string of at most 64 bytes.';
    client.send(query('é'.repeat(32), 1));
    expect((await client.untilFrames(1))[0]).toBe(answer('é'.repeat(32), 1));
    client.send(query(`${'é'.repeat(32)}a`));
    client.send('{"id":1e999,"method":"query","params":{"path":"echo"}}');
    expect((await client.untilFrames(3)).slice(1)).toEqual([refusal(null, message), refusal(null, message)]);
    expect(server.called).toEqual([1]);
  });

  it('a connection holds 96 subscriptions; one more is refused under its id, and the rest go on (A5)', async () => {
    await using server = await serve();
    const client = await server.open();
    const ids = Array.from({ length: 97 }, (_, index) => index + 1);
    client.send(ids.map((id) => ({ id, method: 'subscription', params: { path: 'wait' } })));
    await client.untilFrames(96 * 2 + 1);
    const message = 'A connection holds at most 96 subscriptions.';
    expect(client.frames.filter((frame) => frame.includes('"error"'))).toEqual([refusal(97, message, 'wait')]);
    client.stop(5);
    await client.untilFrames(96 * 2 + 2);
    client.subscribe(97, 'wait');
    await client.untilFrames(96 * 2 + 4);
    client.send(query(200, 'alive'));
    expect((await client.untilFrames(96 * 2 + 5)).at(-1)).toBe(answer(200, 'alive'));
  });

  it('what comes after the server began to close is not done', async () => {
    await using server = await serve();
    const client = await server.open();
    for (const socket of server.wss.clients) socket.close();
    client.send(query(1, 'late'));
    await client.untilClosed();
    expect(server.called).toEqual([]);
  });

  it('a Host header that makes no URL ends no process (A8)', async () => {
    await using server = await serve();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'GET / HTTP/1.1\r\nHost: [\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toContain('101 Switching Protocols');
    await until(() => server.wss.clients.size === 1);
    socket.destroy();
    await until(() => server.wss.clients.size === 0);
  });

  it('text PING comes between data, while there is a stream', async () => {
    await using server = await serve();
    const client = await server.open();
    client.subscribe(2, 'wait');
    client.send(query(1, 'x'.repeat(200_000)));
    await client.untilFrames(3);
    await until(() => client.pings === 1);
  });
});
