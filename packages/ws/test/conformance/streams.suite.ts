import { type AnyTRPCRouter, initTRPC, tracked, TRPCError } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { expect, it } from 'vitest';
import { until } from '../raw-client.ts';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';

const t = initTRPC.create({ isDev: false });
const { router: define, procedure } = t;

// Observables are on their way out, and still served.
const subscribeTo = (resolve: () => unknown) => procedure.subscription(resolve as () => AsyncIterable<number>);

const started = (id: number | string) => JSON.stringify({ id, result: { type: 'started' } });
const stopped = (id: number | string) => JSON.stringify({ id, result: { type: 'stopped' } });
const data = (id: number | string, value: unknown) => JSON.stringify({ id, result: { type: 'data', data: value } });
const failure = (id: number, message: string, rest: { code?: string; number?: number; status?: number } = {}) => {
  const { code = 'INTERNAL_SERVER_ERROR', number = -32603, status = 500 } = rest;
  return JSON.stringify({ id, error: { message, code: number, data: { code, httpStatus: status, path: 's' } } });
};

async function aborted(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    else signal?.addEventListener('abort', () => resolve());
  });
}

/** Subscriptions from their start to their end, frame by frame. The procedure is called `s` in all of them. */
export function describeStreams(adapter: Adapter): void {
  const serve = async (s: unknown) =>
    serveAdapter<AnyTRPCRouter>(adapter, { router: define({ s, ping: procedure.query(() => 'pong') } as never) });

  it('starts, gives each value and stops: an async generator', async () => {
    const s = procedure.subscription(async function* () {
      yield { a: 1 };
      yield undefined;
      yield 'x';
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    const untyped = '{"id":1,"result":{"type":"data"}}';
    expect(await client.untilFrames(5)).toEqual([started(1), data(1, { a: 1 }), untyped, data(1, 'x'), stopped(1)]);
  });

  it('carries the id of a tracked value twice, among values without', async () => {
    const s = procedure.subscription(async function* () {
      yield tracked('p1', { text: 'a' });
      yield 'b';
      yield tracked('p2', undefined);
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe('x', 's');
    expect(await client.untilFrames(5)).toEqual([
      started('x'),
      '{"id":"x","result":{"type":"data","data":{"id":"p1","data":{"text":"a"}},"id":"p1"}}',
      data('x', 'b'),
      '{"id":"x","result":{"type":"data","data":{"id":"p2"},"id":"p2"}}',
      stopped('x'),
    ]);
  });

  it('starts, gives each value and stops: an observable that is done at once', async () => {
    const s = subscribeTo(() =>
      observable<number>((observer) => {
        observer.next(1);
        observer.next(2);
        observer.complete();
      }),
    );
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    expect(await client.untilFrames(4)).toEqual([started(1), data(1, 1), data(1, 2), stopped(1)]);
  });

  it('unsubscribes from an observable when stopped', async () => {
    let ended = 0;
    const s = subscribeTo(() =>
      observable<number>((observer) => {
        observer.next(1);
        return () => ended++;
      }),
    );
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(2);
    client.stop(1);
    expect(await client.untilFrames(3)).toEqual([started(1), data(1, 1), stopped(1)]);
    expect(ended).toBe(1);
  });

  it.each([
    [
      'an observable fails',
      () =>
        observable<number>((observer) => {
          observer.next(1);
          observer.error(new TRPCError({ code: 'CONFLICT', message: 'Broken.' }));
        }),
    ],
    [
      'a generator throws',
      async function* () {
        yield 1;
        throw new TRPCError({ code: 'CONFLICT', message: 'Broken.' });
      },
    ],
  ])('tells the error and that it stopped where %s', async (_name, resolve) => {
    await using server = await serve(procedure.subscription(resolve as never));
    const client = await server.open();
    client.subscribe(1, 's');
    const error = failure(1, 'Broken.', { code: 'CONFLICT', number: -32009, status: 409 });
    expect(await client.untilFrames(4)).toEqual([started(1), data(1, 1), error, stopped(1)]);
    expect(server.errors).toMatchObject([{ type: 'subscription', path: 's', error: { code: 'CONFLICT' } }]);
  });

  it('tells only the error where an observable throws on being subscribed to', async () => {
    const s = subscribeTo(() =>
      observable<number>(() => {
        throw new Error('No.');
      }),
    );
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(1);
    expect(await client.untilQuiet()).toEqual([failure(1, 'No.')]);
  });

  it('tells the error and that it stopped where an iterable gives no iterator, and reports it', async () => {
    const s = procedure.subscription(
      () =>
        ({
          [Symbol.asyncIterator]() {
            throw new Error('No iterator.');
          },
        }) as AsyncIterable<number>,
    );
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    expect(await client.untilFrames(3)).toEqual([started(1), failure(1, 'No iterator.'), stopped(1)]);
  });

  it('stops when asked: aborts the signal, cleans up, and only then says so', async () => {
    const seen: string[] = [];
    let finish = () => {};
    const s = procedure.subscription(async function* ({ signal }) {
      try {
        yield 1;
        await aborted(signal);
        seen.push('aborted');
      } finally {
        await new Promise<void>((resolve) => (finish = resolve));
        seen.push('cleaned up');
      }
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(2);
    client.stop(1);
    await until(() => seen.length === 1);
    expect(await client.untilQuiet()).toEqual([started(1), data(1, 1)]);
    finish();
    expect(await client.untilFrames(3)).toEqual([started(1), data(1, 1), stopped(1)]);
    expect(seen).toEqual(['aborted', 'cleaned up']);
  });

  it('stops without calling the procedure where both came in one frame', async () => {
    let calls = 0;
    const s = procedure.subscription(async function* () {
      calls++;
      yield 1;
    });
    await using server = await serve(s);
    const client = await server.open();
    client.send([
      { id: 1, method: 'subscription', params: { path: 's' } },
      { id: 1, method: 'subscription.stop' },
    ]);
    await client.untilFrames(1);
    expect(await client.untilQuiet()).toEqual([stopped(1)]);
    expect(calls).toBe(0);
  });

  it('stops while the procedure is called: cleans up its result and asks it for nothing', async () => {
    const seen: string[] = [];
    let answer = () => {};
    const s = procedure.subscription(async ({ signal }): Promise<AsyncIterable<number>> => {
      await new Promise<void>((resolve) => (answer = resolve));
      seen.push(`aborted: ${String(signal?.aborted)}`);
      return {
        [Symbol.asyncIterator]: () => ({
          async next() {
            seen.push('asked');
            return { done: false, value: 1 };
          },
          async return() {
            seen.push('cleaned up');
            return { done: true, value: undefined };
          },
        }),
      };
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilQuiet();
    client.stop(1);
    expect(await client.untilQuiet()).toEqual([]);
    answer();
    expect(await client.untilFrames(1)).toEqual([stopped(1)]);
    expect(seen).toEqual(['aborted: true', 'cleaned up']);
  });

  it('takes an AbortError of a procedure that was stopped for the end, not for a failure', async () => {
    const s = procedure.subscription(async function ({ signal }): Promise<AsyncIterable<number>> {
      await aborted(signal);
      throw signal?.reason;
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilQuiet();
    client.stop(1);
    expect(await client.untilFrames(1)).toEqual([stopped(1)]);
    expect(server.errors).toEqual([]);
  });

  it('tells only the error where the procedure fails, and the id is free again', async () => {
    let calls = 0;
    const s = procedure.subscription(async function (): Promise<AsyncIterable<number>> {
      calls++;
      throw new TRPCError({ code: 'FORBIDDEN', message: 'Not you.' });
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(1);
    client.subscribe(1, 's');
    const error = failure(1, 'Not you.', { code: 'FORBIDDEN', number: -32003, status: 403 });
    expect(await client.untilFrames(2)).toEqual([error, error]);
    expect(calls).toBe(2);
  });

  it.each([
    ['a text', 'text'],
    ['nothing', undefined],
    ['an array', [1, 2]],
  ])('refuses %s as the result of a subscription', async (_name, result) => {
    await using server = await serve(procedure.subscription((() => result) as never));
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(1);
    const message = 'Subscription s did not return an observable or a AsyncGenerator';
    expect(await client.untilQuiet()).toEqual([failure(1, message)]);
  });

  it('refuses an id that is taken, and the subscription under it goes on', async () => {
    let letGo = () => {};
    const s = procedure.subscription(async function* () {
      await new Promise<void>((resolve) => (letGo = resolve));
      yield 1;
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(1);
    client.subscribe(1, 's');
    client.query(1, 'ping');
    await client.untilFrames(3);
    letGo();
    expect((await client.untilFrames(5)).toSorted()).toEqual(
      [
        started(1),
        failure(1, 'Duplicate id 1', { code: 'BAD_REQUEST', number: -32600, status: 400 }),
        data(1, 'pong'),
        data(1, 1),
        stopped(1),
      ].toSorted(),
    );
  });

  it('takes the text and the number of an id for two', async () => {
    const s = procedure.subscription(async function* () {
      yield 1;
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    client.subscribe('1', 's');
    const frames = await client.untilFrames(6);
    expect(frames.filter((frame) => frame.startsWith('{"id":1,'))).toEqual([started(1), data(1, 1), stopped(1)]);
    expect(frames.filter((frame) => frame.startsWith('{"id":"1",'))).toEqual([
      started('1'),
      data('1', 1),
      stopped('1'),
    ]);
  });

  it('ignores a stop of what is not there, and a second one', async () => {
    const s = procedure.subscription(async function* ({ signal }) {
      yield 1;
      await aborted(signal);
    });
    await using server = await serve(s);
    const client = await server.open();
    client.stop(5);
    client.subscribe(1, 's');
    await client.untilFrames(2);
    client.stop(1);
    client.stop(1);
    await client.untilFrames(3);
    client.stop(1);
    expect(await client.untilQuiet()).toEqual([started(1), data(1, 1), stopped(1)]);
    client.subscribe(1, 's');
    expect((await client.untilFrames(5)).slice(3)).toEqual([started(1), data(1, 1)]);
  });

  it.each([
    ['an object', { a: 1 }, { a: 1, lastEventId: 'p' }],
    ['an object with an older one', { lastEventId: 'o' }, { lastEventId: 'p' }],
    ['nothing', undefined, { lastEventId: 'p' }],
    ['null', null, { lastEventId: 'p' }],
    ['a text', 'text', 'text'],
    ['a list', [1], [1]],
    ['zero', 0, 0],
  ])('puts lastEventId into an input that is %s, as far as it can hold it', async (_name, input, expected) => {
    const s = procedure
      .input((value) => value)
      .subscription(async function* (options) {
        yield options.input;
      });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's', { input, lastEventId: 'p' });
    expect((await client.untilFrames(3))[1]).toBe(data(1, expected));
  });

  it('gives what came before a value that cannot be encoded, then the error', async () => {
    const s = procedure.subscription(async function* () {
      yield 1;
      yield 2n;
      yield 3;
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    const error = failure(1, 'Do not know how to serialize a BigInt');
    expect(await client.untilFrames(4)).toEqual([started(1), data(1, 1), error, stopped(1)]);
  });

  it('starts late, after the value that it waits for', async () => {
    let yieldOne = () => {};
    const s = procedure.subscription(async function* () {
      await new Promise<void>((resolve) => (yieldOne = resolve));
      yield 1;
    });
    await using server = await serve(s);
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(1);
    expect(await client.untilQuiet()).toEqual([started(1)]);
    yieldOne();
    expect(await client.untilFrames(3)).toEqual([started(1), data(1, 1), stopped(1)]);
  });
}
