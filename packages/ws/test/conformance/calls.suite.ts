import { initTRPC, TRPCError } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { expect, it } from 'vitest';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';

const t = initTRPC.create({ isDev: false });

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error('A text is needed.');
  return value;
};

const router = t.router({
  echo: t.procedure.input((value) => value).query(({ input }) => input),
  add: t.procedure.input((value) => value as [number, number]).mutation(({ input }) => input[0] + input[1]),
  strict: t.procedure.input(text).query(({ input }) => input),
  nothing: t.procedure.query(() => undefined),
  refuse: t.procedure.mutation(() => {
    throw new TRPCError({ code: 'FORBIDDEN', message: 'Not you.' });
  }),
  crash: t.procedure.query(() => {
    throw new Error('Something broke.');
  }),
  huge: t.procedure.query(() => ({ count: 10n })),
  place: t.procedure
    .use(({ next, ...rest }) => next({ ctx: rest }))
    .query(({ ctx }) => ({ batchIndex: ctx.batchIndex })),
  stream: t.procedure.query(async function* () {
    yield 1;
  }),
  observed: t.procedure.mutation(() => observable<number>(() => {})),
  nested: t.router({ deep: t.procedure.query(() => 'deep') }),
});

const internalError =
  '{"message":"Internal server error","code":-32603,"data":{"code":"INTERNAL_SERVER_ERROR","httpStatus":500}}';

function shape(code: number, message: string, data: Record<string, unknown>): string {
  return JSON.stringify({ message, code, data });
}

/** Queries, mutations, batches and their errors, frame by frame. */
export function describeCalls(adapter: Adapter): void {
  it.each([
    ['a value', 1, 'echo', { a: [1, 'b', null] }, '{"id":1,"result":{"type":"data","data":{"a":[1,"b",null]}}}'],
    ['no value', 2, 'nothing', undefined, '{"id":2,"result":{"type":"data"}}'],
    ['a text id', 'abc', 'echo', 'x', '{"id":"abc","result":{"type":"data","data":"x"}}'],
    ['an empty id', '', 'echo', 'x', '{"id":"","result":{"type":"data","data":"x"}}'],
    ['id zero', 0, 'echo', 'x', '{"id":0,"result":{"type":"data","data":"x"}}'],
    ['a negative fraction as id', -1.5, 'echo', 'x', '{"id":-1.5,"result":{"type":"data","data":"x"}}'],
    ['a nested path', 3, 'nested.deep', undefined, '{"id":3,"result":{"type":"data","data":"deep"}}'],
    ['beyond ASCII', 4, 'echo', 'é😀\u2028\ud800', '{"id":4,"result":{"type":"data","data":"é😀\u2028\\ud800"}}'],
  ])('answers a query: %s', async (...[, id, path, input, expected]) => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.query(id, path, input);
    expect(await client.untilFrames(1)).toEqual([expected]);
  });

  it('answers a mutation', async () => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.mutate(1, 'add', [2, 3]);
    expect(await client.untilFrames(1)).toEqual(['{"id":1,"result":{"type":"data","data":5}}']);
  });

  it('echoes jsonrpc 2.0, in answers and in errors', async () => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.send({ id: 1, jsonrpc: '2.0', method: 'query', params: { path: 'echo', input: 1 } });
    client.send({ id: 2, jsonrpc: '2.0', method: 'mutation', params: { path: 'refuse' } });
    const error = shape(-32003, 'Not you.', { code: 'FORBIDDEN', httpStatus: 403, path: 'refuse' });
    expect((await client.untilFrames(2)).toSorted()).toEqual([
      '{"id":1,"jsonrpc":"2.0","result":{"type":"data","data":1}}',
      `{"id":2,"jsonrpc":"2.0","error":${error}}`,
    ]);
  });

  it('answers each call of a batch in a frame of its own, and tells each its place', async () => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    const call = (id: number, path: string) => ({ id, method: 'query', params: { path, input: id } });
    client.send([call(1, 'place'), call(2, 'echo'), call(3, 'place')]);
    expect((await client.untilFrames(3)).toSorted()).toEqual([
      '{"id":1,"result":{"type":"data","data":{"batchIndex":0}}}',
      '{"id":2,"result":{"type":"data","data":2}}',
      '{"id":3,"result":{"type":"data","data":{"batchIndex":2}}}',
    ]);
  });

  it('says nothing to an empty batch', async () => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.send('[]');
    expect(await client.untilQuiet()).toEqual([]);
  });

  it.each([
    ['mutation', 'refuse', -32003, 'Not you.', { code: 'FORBIDDEN', httpStatus: 403, path: 'refuse' }],
    ['query', 'crash', -32603, 'Something broke.', { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, path: 'crash' }],
    ['query', 'strict', -32600, 'A text is needed.', { code: 'BAD_REQUEST', httpStatus: 400, path: 'strict' }],
    [
      'query',
      'gone',
      -32004,
      'No "query"-procedure on path "gone"',
      { code: 'NOT_FOUND', httpStatus: 404, path: 'gone' },
    ],
    [
      'query',
      'huge',
      -32603,
      'Do not know how to serialize a BigInt',
      { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, path: 'huge' },
    ],
    [
      'query',
      'stream',
      -32015,
      'Cannot return an async iterable or observable from a query procedure with WebSockets',
      { code: 'UNSUPPORTED_MEDIA_TYPE', httpStatus: 415, path: 'stream' },
    ],
    [
      'mutation',
      'observed',
      -32015,
      'Cannot return an async iterable or observable from a mutation procedure with WebSockets',
      { code: 'UNSUPPORTED_MEDIA_TYPE', httpStatus: 415, path: 'observed' },
    ],
  ])('answers a %s of %s with an error and reports it', async (...[method, path, code, message, data]) => {
    await using server = await serveAdapter(adapter, { router, createContext: () => ({ who: 'me' }) });
    const client = await server.open();
    client.send({ id: 7, method, params: { path, input: 5 } });
    expect(await client.untilFrames(1)).toEqual([`{"id":7,"error":${shape(code, message, data)}}`]);
    expect(server.errors).toMatchObject([
      { error: { code: data.code }, type: method, path, input: 5, ctx: { who: 'me' } },
    ]);
  });

  it('shows errors as the formatter of the router does', async () => {
    const formatted = initTRPC.create({
      isDev: false,
      errorFormatter: ({ shape: plain, path, type, input, ctx, error }) => ({
        ...plain,
        seen: { path, type, input, hasCtx: ctx !== undefined, cause: error.cause?.message },
      }),
    });
    const own = formatted.router({ crash: formatted.procedure.query(() => Promise.reject(new Error('Inside.'))) });
    await using server = await serveAdapter(adapter, { router: own, createContext: () => ({}) });
    const client = await server.open();
    client.query(1, 'crash', { a: 1 });
    client.send('no json');
    const frames = (await client.untilFrames(2)).map((frame): unknown => JSON.parse(frame)).toReversed();
    expect(frames).toMatchObject([
      { id: 1, error: { seen: { path: 'crash', type: 'query', input: { a: 1 }, hasCtx: true, cause: 'Inside.' } } },
      { id: null, error: { seen: { type: 'unknown' } } },
    ]);
  });

  it.each([
    [
      'throws',
      () => Promise.reject(new Error('x')),
      (): never => {
        throw new Error('Formatter.');
      },
    ],
    ['gives what cannot be encoded', () => Promise.reject(new Error('x')), () => ({ secret: 1n })],
  ])('says only that it failed where a formatter %s', async (_name, resolve, errorFormatter) => {
    const broken = initTRPC.create({ errorFormatter: errorFormatter as never });
    const own = broken.router({ crash: broken.procedure.query(resolve), fine: broken.procedure.query(() => 1) });
    await using server = await serveAdapter(adapter, { router: own });
    const client = await server.open();
    client.query(1, 'crash');
    await client.untilFrames(1);
    client.query(2, 'fine');
    expect((await client.untilFrames(2)).map((frame): unknown => JSON.parse(frame))).toEqual([
      { id: 1, error: JSON.parse(internalError) },
      { id: 2, result: { type: 'data', data: 1 } },
    ]);
    expect(server.errors.length).toBeGreaterThan(1);
  });

  it('lives on where onError throws or rejects', async () => {
    const failures = [
      () => {
        throw new Error('x');
      },
      () => Promise.reject(new Error('x')) as never,
    ];
    for (const onError of failures) {
      await using server = await serveAdapter(adapter, { router, onError });
      const client = await server.open();
      client.query(1, 'crash');
      await client.untilFrames(1);
      client.query(2, 'echo', 'alive');
      expect((await client.untilFrames(2))[1]).toBe('{"id":2,"result":{"type":"data","data":"alive"}}');
    }
  });

  it('transforms inputs, outputs and errors', async () => {
    const wrap = { serialize: (value: unknown) => ({ w: value }), deserialize: (value: { w: unknown }) => value.w };
    const wrapped = initTRPC.create({ isDev: false, transformer: wrap });
    const own = wrapped.router({
      echo: wrapped.procedure.input((value) => value).query(({ input }) => input),
      count: wrapped.procedure.subscription(async function* () {
        yield 1;
      }),
    });
    await using server = await serveAdapter(adapter, { router: own });
    const client = await server.open();
    client.query(1, 'echo', { w: 'x' });
    client.query(2, 'gone', { w: 'x' });
    client.subscribe(3, 'count', { input: { w: undefined } });
    const error = shape(-32004, 'No "query"-procedure on path "gone"', {
      code: 'NOT_FOUND',
      httpStatus: 404,
      path: 'gone',
    });
    expect((await client.untilFrames(5)).toSorted()).toEqual([
      '{"id":1,"result":{"type":"data","data":{"w":"x"}}}',
      `{"id":2,"error":{"w":${error}}}`,
      '{"id":3,"result":{"type":"data","data":{"w":1}}}',
      '{"id":3,"result":{"type":"started"}}',
      '{"id":3,"result":{"type":"stopped"}}',
    ]);
  });

  it.each([
    ['no JSON', '{"id":1', undefined],
    ['a number', '5', 'Not an object'],
    ['null', 'null', 'Not an object'],
    ['no id', '{"method":"query","params":{"path":"echo"}}', 'Invalid request id'],
    ['an id that is an object', '{"id":{},"method":"query","params":{"path":"echo"}}', 'Invalid request id'],
    ['an id that is true', '{"id":true,"method":"query","params":{"path":"echo"}}', 'Invalid request id'],
    ['no id in a batch of one', '[{"method":"query","params":{"path":"echo"}}]', 'Invalid request id'],
    ['the id null', '{"id":null,"method":"query","params":{"path":"echo"}}', '`id` is required'],
    ['the id null, and a stop', '{"id":null,"method":"subscription.stop"}', '`id` is required'],
  ])('answers a frame with %s under no id', async (_name, frame, message) => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.send(frame);
    const [answer = ''] = await client.untilFrames(1);
    const expected = message ?? (JSON.parse(answer) as { error: { message: string } }).error.message;
    const error = shape(-32700, expected, { code: 'PARSE_ERROR', httpStatus: 400 });
    expect(answer).toBe(`{"id":null,"error":${error}}`);
    client.query(1, 'echo', 'alive');
    expect((await client.untilFrames(2))[1]).toContain('alive');
  });

  it('answers a binary frame under no id, where the encoder is JSON', async () => {
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.send(Buffer.from('{"id":1,"method":"query","params":{"path":"echo"}}'));
    const [answer = ''] = await client.untilFrames(1);
    expect(answer).toMatch(/^\{"id":null,"error":\{"message":"jsonEncoder received binary data\..*"code":-32700,/);
  });

  it('refuses a batch above maxBatchSize under each id in it, and reports it once', async () => {
    await using server = await serveAdapter(adapter, { router, maxBatchSize: 2 });
    const client = await server.open();
    const call = (id: unknown) => ({ id, method: 'query', params: { path: 'echo' } });
    client.send([call(1), { ...call('b'), jsonrpc: '2.0' }, { id: 3, method: 'subscription.stop' }, call(null), 5]);
    client.send([1, 2, 3]);
    client.send([call(4), call(5)]);
    const error = shape(-32600, 'Batch call exceeds maximum size', { code: 'BAD_REQUEST', httpStatus: 400 });
    expect(await client.untilFrames(5)).toEqual([
      `{"id":1,"error":${error}}`,
      `{"id":"b","jsonrpc":"2.0","error":${error}}`,
      `{"id":null,"error":${error}}`,
      '{"id":4,"result":{"type":"data"}}',
      '{"id":5,"result":{"type":"data"}}',
    ]);
    expect(server.errors).toHaveLength(2);
  });
}
