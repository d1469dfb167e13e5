import { once } from 'node:events';
import { connect } from 'node:net';
import { initTRPC, TRPCError } from '@trpc/server';
import type { CreateWSSContextFnOptions } from '@trpc/server/adapters/ws';
import { expect, it, vi } from 'vitest';
import { RawClient, textOf, until } from '../raw-client.ts';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';

const t = initTRPC.context<{ params?: unknown; fetched?: number }>().create({ isDev: false });
const params = t.procedure.query(({ ctx }) => ctx.params ?? null);
const router = t.router({ params, echo: t.procedure.input((value) => value).query(({ input }) => input) });

const withParams = ({ info }: CreateWSSContextFnOptions) => ({ params: info.connectionParams });
const announced = { suffix: '/?connectionParams=1' };
const rejected = (message: string, data: object = { code: 'PARSE_ERROR', httpStatus: 400 }, code = -32700) =>
  JSON.stringify({ id: null, error: { message, code, data } });

/** What happens to a socket from its upgrade to its end. */
export function describeConnection(adapter: Adapter): void {
  it('gives createContext the connectionParams that come first, once', async () => {
    const createContext = vi.fn<typeof withParams>(withParams);
    await using server = await serveAdapter(adapter, { router, createContext });
    const client = await server.open(announced);
    await client.untilQuiet();
    expect(createContext).not.toHaveBeenCalled();
    client.send({ method: 'connectionParams', data: { token: 'secret' } });
    client.query(1, 'params');
    client.query(2, 'params');
    await client.untilFrames(2);
    expect(client.frames).toEqual([
      '{"id":1,"result":{"type":"data","data":{"token":"secret"}}}',
      '{"id":2,"result":{"type":"data","data":{"token":"secret"}}}',
    ]);
    expect(createContext).toHaveBeenCalledTimes(1);
  });

  it.each(['', '/', '/any/path?x=1', '/?connectionParams=0', '/?connectionParams'])(
    'makes a context at once where the URL ends in "%s"',
    async (suffix) => {
      const createContext = vi.fn<typeof withParams>(withParams);
      await using server = await serveAdapter(adapter, { router, createContext });
      const client = await server.open({ suffix });
      await until(() => createContext.mock.calls.length === 1);
      client.query(1, 'params');
      expect(await client.untilFrames(1)).toEqual(['{"id":1,"result":{"type":"data","data":null}}']);
      expect(createContext.mock.calls[0]?.[0]).toMatchObject({
        info: { connectionParams: null, calls: [], isBatchCall: false, accept: null, type: 'unknown', url: null },
        req: { url: suffix === '' ? '/' : suffix },
      });
    },
  );

  it.each([
    ['null', '{"data":null}', null],
    ['an empty object', '{"method":"connectionParams","data":{}}', {}],
    ['no method', '{"data":{"a":"b"}}', { a: 'b' }],
  ])('takes connectionParams that are %s', async (_name, message, expected) => {
    await using server = await serveAdapter(adapter, { router, createContext: withParams });
    const client = await server.open(announced);
    client.send(message);
    client.query(1, 'params');
    expect(await client.untilFrames(1)).toEqual([JSON.stringify({ id: 1, result: { type: 'data', data: expected } })]);
  });

  it.each([
    ['no JSON', '{'],
    ['a list', '[{"data":{}}]'],
    ['a text', '"data"'],
    ['null', 'null'],
    ['without data', '{"method":"connectionParams"}'],
    ['with a number in it', '{"method":"connectionParams","data":{"a":1}}'],
    ['with a list in place of an object', '{"method":"connectionParams","data":["a"]}'],
  ])('refuses connectionParams that are %s, and every call behind them, and closes', async (_name, message) => {
    const createContext = vi.fn<typeof withParams>(withParams);
    await using server = await serveAdapter(adapter, { router, createContext });
    const client = await server.open(announced);
    client.send(message);
    client.query(1, 'params');
    expect(await client.untilClosed()).toEqual({ code: 1005, reason: '' });
    expect(createContext).not.toHaveBeenCalled();
    expect(client.frames[0]).toMatch(/^\{"id":null,"error":\{"message":".*"code":-32(700|603|600)/);
    expect(server.errors[0]).toMatchObject({ type: 'unknown', path: undefined, ctx: undefined });
  });

  it('tells under no id and under each call why there is no context, and closes', async () => {
    const createContext = async () => {
      throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Who are you?' });
    };
    await using server = await serveAdapter(adapter, { router, createContext });
    const client = new RawClient(server.url);
    expect(await client.untilClosed()).toEqual({ code: 1005, reason: '' });
    expect(client.frames).toEqual([rejected('Who are you?', { code: 'UNAUTHORIZED', httpStatus: 401 }, -32001)]);
    expect(server.errors).toHaveLength(1);
  });

  it('answers calls that waited for a context that failed', async () => {
    const made = Promise.withResolvers<never>();
    await using server = await serveAdapter(adapter, { router, createContext: () => made.promise });
    const client = await server.open();
    client.query(1, 'params');
    client.subscribe(2, 'params');
    expect(await client.untilQuiet()).toEqual([]);
    made.reject(new TRPCError({ code: 'UNAUTHORIZED', message: 'Who are you?' }));
    await client.untilClosed();
    const data = { code: 'UNAUTHORIZED', httpStatus: 401 };
    const error = { message: 'Who are you?', code: -32001, data: { ...data, path: 'params' } };
    expect(client.frames.toSorted()).toEqual([
      JSON.stringify({ id: 1, error }),
      JSON.stringify({ id: 2, error }),
      rejected('Who are you?', data, -32001),
    ]);
    expect(server.errors).toHaveLength(3);
  });

  it('serves without createContext', async () => {
    const plain = initTRPC.create();
    const own = plain.router({ ctx: plain.procedure.query(({ ctx }) => ctx ?? 'none') });
    await using server = await serveAdapter(adapter, { router: own });
    const client = await server.open();
    client.query(1, 'ctx');
    expect(await client.untilFrames(1)).toEqual(['{"id":1,"result":{"type":"data","data":"none"}}']);
  });

  it('aborts the signal that createContext got when the socket is gone, not that of a call', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const letGo = Promise.withResolvers<void>();
    let done = 0;
    const slow = t.procedure.mutation(async ({ signal }) => {
      signals.push(signal);
      await letGo.promise;
      done++;
    });
    await using server = await serveAdapter(adapter, {
      router: t.router({ slow }),
      createContext: ({ info }) => {
        signals.push(info.signal);
        return {};
      },
    });
    const client = await server.open();
    client.mutate(1, 'slow');
    await until(() => signals.length === 2);
    client.close();
    await until(() => signals[0]?.aborted === true);
    letGo.resolve();
    await until(() => done === 1);
    expect(signals[1]?.aborted).toBe(false);
    expect(server.errors).toEqual([]);
  });

  it('answers PING with PONG, in order with answers, before connectionParams too, and no PONG', async () => {
    await using server = await serveAdapter(adapter, { router, createContext: withParams });
    const client = await server.open({ ...announced, answersPing: false });
    const order: string[] = [];
    client.socket.on('message', (data) => order.push(textOf(data)));
    client.send('PING');
    client.send('PONG');
    await until(() => client.pongs === 1);
    client.send({ data: null });
    client.send('PING');
    client.query(1, 'params');
    await client.untilFrames(1);
    client.send('PING');
    await until(() => client.pongs === 3);
    expect(order).toEqual(['PONG', 'PONG', '{"id":1,"result":{"type":"data","data":null}}', 'PONG']);
  });

  it('answers no PING where dangerouslyDisablePong says so', async () => {
    await using server = await serveAdapter(adapter, { router, dangerouslyDisablePong: true });
    const client = await server.open();
    client.send('PING');
    client.query(1, 'echo', 'x');
    await client.untilFrames(1);
    expect(client.pongs).toBe(0);
  });

  it('keeps alive: sends PING after a quiet time, and lets go of who does not answer', async () => {
    const keepAlive = { enabled: true, pingMs: 40, pongWaitMs: 400 };
    await using server = await serveAdapter(adapter, { router, keepAlive });
    const [alive, dead] = [await server.open(), await server.open({ answersPing: false })];
    await dead.untilClosed();
    expect(dead.pings).toBe(1);
    await until(() => alive.pings >= 3);
    expect(alive.closed).toBeUndefined();
  });

  it('asks every client to reconnect', async () => {
    await using server = await serveAdapter(adapter, { router });
    const clients = [await server.open(), await server.open()];
    for (const client of clients) await client.untilQuiet();
    server.handler.broadcastReconnectNotification();
    for (const client of clients) expect(await client.untilFrames(1)).toEqual(['{"id":null,"method":"reconnect"}']);
  });

  it('serves only what begins with the prefix', async () => {
    await using server = await serveAdapter(adapter, { router, prefix: '/trpc' });
    const [served, other] = [await server.open({ suffix: '/trpc?a=1' }), await server.open({ suffix: '/other' })];
    served.query(1, 'echo', 'x');
    other.query(1, 'echo', 'x');
    await served.untilFrames(1);
    await served.untilQuiet();
    expect(other.frames).toEqual([]);
    expect(other.closed).toBeUndefined();
  });

  it.each([
    ['text', (value: unknown) => `!${JSON.stringify(value)}`, (data: string) => data.slice(1)],
    [
      'binary',
      (value: unknown) => new TextEncoder().encode(`!${JSON.stringify(value)}`),
      (data: string) => data.slice(1),
    ],
  ])('speaks through an encoder of its own: %s', async (_name, encode, strip) => {
    const decode = (data: unknown): unknown => JSON.parse(strip(String(data)));
    await using server = await serveAdapter(adapter, { router, experimental_encoder: { encode, decode } });
    const client = await server.open();
    client.send(Buffer.from('!{"id":1,"method":"query","params":{"path":"echo","input":"x"}}'));
    client.send('!{"id":2,"method":"query","params":{"path":"echo","input":"y"}}');
    const frames = (await client.untilFrames(2)).map((frame): unknown => JSON.parse(strip(frame)));
    expect(frames).toEqual([
      { id: 1, result: { type: 'data', data: 'x' } },
      { id: 2, result: { type: 'data', data: 'y' } },
    ]);
    client.send('PING');
    await until(() => client.pongs === 1);
    server.handler.broadcastReconnectNotification();
    expect((await client.untilFrames(3))[2]).toBe('!{"id":null,"method":"reconnect"}');
  });

  it('serves where the server negotiates compression', async () => {
    const perMessageDeflate = { threshold: 10 };
    await using server = await serveAdapter(adapter, { router }, { perMessageDeflate });
    const client = await server.open();
    const input = 'x'.repeat(100_000);
    client.query(1, 'echo', input);
    server.handler.broadcastReconnectNotification();
    client.query(2, 'echo', input);
    const frames = await client.untilFrames(3);
    expect(frames.filter((frame) => frame.includes(input))).toHaveLength(2);
    expect(frames).toContain('{"id":null,"method":"reconnect"}');
  });

  it('ends only the socket of a frame that breaks the protocol, and reports it', async () => {
    await using server = await serveAdapter(adapter, { router });
    const healthy = await server.open();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await once(socket, 'data');
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    await once(socket, 'close');
    expect(server.errors).toMatchObject([{ type: 'unknown', path: undefined }]);
    healthy.query(1, 'echo', 'x');
    await healthy.untilFrames(1);
  });
}
