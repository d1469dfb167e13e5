import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { expect, it } from 'vitest';
import { until } from '../raw-client.ts';
import { type Adapter, serveAdapter } from '../serve-adapter.ts';
import { aborted, data, define, failure, procedure, started, stopped, subscribeTo } from './stream-frames.ts';

/** Ends that a client asks for, and ids that are taken or free again. The procedure is called `s` in all of them. */
export function describeStopping(adapter: Adapter): void {
  const serve = async (s: unknown) =>
    serveAdapter<AnyTRPCRouter>(adapter, { router: define({ s, ping: procedure.query(() => 'pong') } as never) });

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
}
