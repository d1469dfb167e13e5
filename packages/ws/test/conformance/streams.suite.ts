import { type AnyTRPCRouter, tracked, TRPCError } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { expect, it } from 'vitest';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';
import { data, define, failure, procedure, started, stopped, subscribeTo } from './stream-frames.ts';

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
