import { initTRPC } from '@trpc/server';
import { expect, it } from 'vitest';
import { until } from '../raw-client.ts';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';

const t = initTRPC.create({ isDev: false });

/** An iterator whose every step is in the test's hands; what is asked of it is noted. */
function createHandIterator(options: { onReturn?: () => Promise<void>; isDisposable?: boolean } = {}) {
  const seen: string[] = [];
  const waiting: PromiseWithResolvers<IteratorResult<unknown>>[] = [];
  const iterator = {
    async next() {
      seen.push('next');
      const asked = Promise.withResolvers<IteratorResult<unknown>>();
      waiting.push(asked);
      return asked.promise;
    },
    async return() {
      seen.push('return');
      await options.onReturn?.();
      return { done: true as const, value: undefined };
    },
    ...(options.isDisposable && {
      async [Symbol.asyncDispose]() {
        seen.push('dispose');
      },
    }),
  };
  const iterable: AsyncIterable<unknown> = { [Symbol.asyncIterator]: () => iterator };
  return { seen, waiting, iterable };
}

const started = '{"id":1,"result":{"type":"started"}}';
const stopped = '{"id":1,"result":{"type":"stopped"}}';

/** How subscriptions leave nothing behind: iterators that hang, fail in clean-up or lose their socket. */
export function describeCleanup(adapter: Adapter): void {
  const serve = async (resolve: (options: { signal: AbortSignal | undefined }) => unknown) =>
    serveAdapter(adapter, { router: t.router({ s: t.procedure.subscription(resolve as never) }) });

  it('stops an iterator whose next value never comes', async () => {
    const hand = createHandIterator();
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    client.stop(1);
    expect(await client.untilFrames(2)).toEqual([started, stopped]);
    expect(hand.seen).toEqual(['next', 'return']);
  });

  it('says nothing of a value that comes after the stop, and reports an error that does', async () => {
    const [late, failing] = [createHandIterator(), createHandIterator()];
    const hands = [late, failing];
    await using server = await serve(() => hands.shift()?.iterable);
    const client = await server.open();
    for (const [index, hand] of [late, failing].entries()) {
      client.subscribe(1, 's');
      await until(() => hand.waiting.length === 1);
      client.stop(1);
      await client.untilFrames(2 * index + 2);
    }
    late.waiting[0]?.resolve({ done: false, value: 'late' });
    failing.waiting[0]?.reject(new Error('Too late.'));
    await until(() => server.errors.length === 1);
    expect(await client.untilQuiet()).toEqual([started, stopped, started, stopped]);
    expect(server.errors).toMatchObject([{ error: { message: 'Too late.' }, path: 's', type: 'subscription' }]);
  });

  it('says nothing, not even to the server, of an AbortError after the stop', async () => {
    const hand = createHandIterator();
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    client.stop(1);
    await client.untilFrames(2);
    hand.waiting[0]?.reject(new DOMException('Gone.', 'AbortError'));
    expect(await client.untilQuiet()).toEqual([started, stopped]);
    expect(server.errors).toEqual([]);
  });

  it('tells the client of a clean end although cleaning up failed, which the server hears', async () => {
    const hand = createHandIterator({ onReturn: () => Promise.reject(new Error('Cannot clean up.')) });
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    client.stop(1);
    expect(await client.untilFrames(2)).toEqual([started, stopped]);
    expect(server.errors).toMatchObject([{ error: { message: 'Cannot clean up.' } }]);
  });

  it('tells the client why the stream broke, and the server also why cleaning up failed', async () => {
    const hand = createHandIterator({ onReturn: () => Promise.reject(new Error('Cannot clean up.')) });
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    hand.waiting[0]?.reject(new Error('Broken.'));
    const frames = await client.untilFrames(3);
    expect(frames[1]).toContain('"message":"Broken."');
    expect(frames[2]).toBe(stopped);
    expect(server.errors.map(({ error }) => error.message).toSorted()).toEqual(['Broken.', 'Cannot clean up.']);
  });

  it('says that it stopped only when cleaning up is done, and keeps the id until then', async () => {
    const cleaning = Promise.withResolvers<void>();
    const hand = createHandIterator({ onReturn: () => cleaning.promise });
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    client.stop(1);
    await until(() => hand.seen.includes('return'));
    client.subscribe(1, 's');
    expect((await client.untilFrames(2))[1]).toContain('Duplicate id 1');
    cleaning.resolve();
    expect((await client.untilFrames(3))[2]).toBe(stopped);
  });

  it('prefers the disposal of an iterator that has one', async () => {
    const hand = createHandIterator({ isDisposable: true });
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    client.stop(1);
    await client.untilFrames(2);
    expect(hand.seen).toEqual(['next', 'dispose']);
  });

  it('cleans up after the last value too', async () => {
    const hand = createHandIterator();
    await using server = await serve(() => hand.iterable);
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    hand.waiting[0]?.resolve({ done: true, value: undefined });
    expect(await client.untilFrames(2)).toEqual([started, stopped]);
    expect(hand.seen).toEqual(['next', 'return']);
  });

  it('aborts the signal and cleans up when the socket is gone', async () => {
    const hand = createHandIterator();
    let isAborted = false;
    await using server = await serve(({ signal }) => {
      signal?.addEventListener('abort', () => (isAborted = true));
      return hand.iterable;
    });
    const client = await server.open();
    client.subscribe(1, 's');
    await until(() => hand.waiting.length === 1);
    client.close();
    await until(() => hand.seen.includes('return'));
    expect(isAborted).toBe(true);
    expect(server.errors).toEqual([]);
  });

  it('cleans up a stream that starts after its socket is gone', async () => {
    const hand = createHandIterator();
    const answer = Promise.withResolvers<void>();
    const called = Promise.withResolvers<AbortSignal | undefined>();
    await using server = await serve(async ({ signal }) => {
      called.resolve(signal);
      await answer.promise;
      return hand.iterable;
    });
    const client = await server.open();
    client.subscribe(1, 's');
    const signal = await called.promise;
    client.close();
    await until(() => signal?.aborted === true);
    answer.resolve();
    await until(() => hand.seen.length > 0);
    expect(hand.seen).toEqual(['return']);
  });

  it('says no more than an error where what the formatter made of it cannot be encoded', async () => {
    const broken = initTRPC.create({ errorFormatter: () => ({ secret: 1n }) as never });
    const router = broken.router({
      s: broken.procedure.subscription(async function* () {
        yield 1;
        throw new Error('Broken.');
      }),
    });
    await using server = await serveAdapter(adapter, { router });
    const client = await server.open();
    client.subscribe(1, 's');
    await client.untilFrames(3);
    const frames = (await client.untilQuiet()).map((frame): unknown => JSON.parse(frame));
    expect(frames.slice(2)).toEqual([
      {
        id: 1,
        error: {
          message: 'Internal server error',
          code: -32603,
          data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
        },
      },
    ]);
  });
}
