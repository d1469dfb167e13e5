import { initTRPC } from '@trpc/server';
import { applyWSSHandler as applyTrpcHandler } from '@trpc/server/adapters/ws';
import { describe, expect, it } from 'vitest';
import { countWrites } from '../test/count-writes.ts';
import { entryFrame, FanoutRoom, type RoomOptions } from '../test/fanout-room.ts';
import { type RawClient, until } from '../test/raw-client.ts';
import { type Adapter, serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';
import type { FanoutSource } from './fanout-source.ts';

const t = initTRPC.create({ isDev: false });

/** A room behind a router: `room` follows it from the input's place on, `own` is whatever a test gives. */
async function serveRoom(options: RoomOptions & { adapter?: Adapter; own?: FanoutSource } = {}) {
  const { adapter = applyWSSHandler, own, ...roomOptions } = options;
  const room = new FanoutRoom(roomOptions);
  const router = t.router({
    room: t.procedure.input(Number).subscription(({ input, signal }) => room.source(input, signal)),
    own: t.procedure.subscription(() => own ?? room.source(0)),
  });
  const server = await serveAdapter(adapter, { router });
  return Object.assign(server, { room });
}

const started = (id: number | string) => JSON.stringify({ id, result: { type: 'started' } });
const stopped = (id: number | string) => JSON.stringify({ id, result: { type: 'stopped' } });

describe('a fan-out source', () => {
  it.each([
    ['all at hand', {}],
    ['fetched and in pages', { ringSize: 2, maxBatch: 3 }],
  ])('gives the same frames pushed as iterated by tRPC: %s', async (_name, options) => {
    const seen = [];
    for (const adapter of [applyTrpcHandler, applyWSSHandler]) {
      await using server = await serveRoom({ adapter, ...options });
      const client = await server.open();
      server.room.append(7);
      client.subscribe(1, 'room', { input: 0 });
      client.subscribe('text "quoted" é', 'room', { input: 5 });
      client.send({ id: 2.5, jsonrpc: '2.0', method: 'subscription', params: { path: 'room', input: 7 } });
      await client.untilFrames(3 + 7 + 2);
      server.room.append(2);
      await client.untilFrames(3 + 9 + 4 + 2);
      client.stop(1);
      await client.untilFrames(19);
      server.room.append(1);
      server.room.end();
      await client.untilFrames(19 + 2 + 2);
      const frames = await client.untilQuiet();
      const byId = ['1', '"text \\"quoted\\" é"', '2.5'].map((id) =>
        frames.filter((f) => f.startsWith(`{"id":${id},`)),
      );
      seen.push(byId);
      await until(() => server.room.subscriberCount === 0);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]?.map((frames) => frames.length)).toEqual([11, 7, 5]);
  });

  it('that fails gives the same frames pushed as iterated by tRPC', async () => {
    const seen = [];
    for (const adapter of [applyTrpcHandler, applyWSSHandler]) {
      await using server = await serveRoom({ adapter });
      const client = await server.open();
      server.room.append(2);
      server.room.end(new Error('The room has burnt down.'));
      client.subscribe(1, 'room', { input: 0 });
      seen.push(await client.untilFrames(5));
      expect(server.errors).toMatchObject([{ path: 'room', type: 'subscription', input: 0 }]);
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  it('writes to a socket once a turn, whatever came for however many of its subscriptions', async () => {
    await using server = await serveRoom();
    const writes = countWrites(server.wss);
    const [several, one] = [await server.open(), await server.open()];
    for (let id = 1; id <= 5; id++) several.subscribe(id, 'room', { input: 0 });
    one.subscribe(1, 'room', { input: 0 });
    await several.untilFrames(5);
    await one.untilFrames(1);
    await settled(several, one);

    writes.length = 0;
    server.room.append(1);
    server.room.append(3);
    server.room.append(1);
    await several.untilFrames(5 + 5 * 5);
    await one.untilFrames(1 + 5);
    expect(writes.filter((bytes) => bytes > 10)).toHaveLength(2);
    expect(one.frames.slice(1)).toEqual([1, 2, 3, 4, 5].map((n) => entryFrame({ id: 1 }, n)));
  });

  it('encodes each value once, whoever it goes to', async () => {
    let serialised = 0;
    const counting = initTRPC.create({
      transformer: {
        serialize: (value: unknown) => {
          serialised++;
          return value;
        },
        deserialize: (value: unknown) => value,
      },
    });
    const room = new FanoutRoom();
    const router = counting.router({ room: counting.procedure.subscription(() => room.source(0)) });
    await using server = await serveAdapter(applyWSSHandler, { router });
    const clients = await Promise.all(Array.from({ length: 8 }, () => server.open()));
    for (const [index, client] of clients.entries()) client.subscribe(index % 2, 'room');
    for (const client of clients) await client.untilFrames(1);
    room.append(3);
    for (const client of clients) await client.untilFrames(4);
    expect(serialised).toBe(3);
  });

  it('woken while it is asked is asked again in the next turn, not at once', async () => {
    const asked: string[] = [];
    let left = 3;
    const own: FanoutSource<number> = {
      subscribeFanout: (wake) => ({
        next() {
          asked.push('next');
          wake();
          wake();
          asked.push('answered');
          return left-- > 0 ? [left] : undefined;
        },
        close: () => asked.push('closed'),
      }),
      [Symbol.asyncIterator]: () => noIterator(),
    };
    await using server = await serveRoom({ own });
    const client = await server.open();
    client.subscribe(1, 'own');
    const data = [2, 1, 0].map((value) => JSON.stringify({ id: 1, result: { type: 'data', data: value } }));
    await client.untilFrames(5);
    expect(await client.untilQuiet()).toEqual([started(1), ...data, stopped(1)]);
    expect(asked).toEqual([...Array.from({ length: 4 }, () => ['next', 'answered']).flat(), 'closed']);
  });

  it('is closed once: when stopped, when its socket is gone, and when it has ended by itself', async () => {
    await using server = await serveRoom();
    const [stopping, leaving, staying] = [await server.open(), await server.open(), await server.open()];
    for (const client of [stopping, leaving, staying]) client.subscribe(1, 'room', { input: 0 });
    await until(() => server.room.subscriberCount === 3);
    stopping.stop(1);
    await stopping.untilFrames(2);
    leaving.close();
    await until(() => server.room.subscriberCount === 1);
    server.room.end();
    await staying.untilFrames(2);
    stopping.stop(1);
    staying.stop(1);
    await settled(stopping, staying);
    expect(server.room).toMatchObject({ opens: 3, closes: 3 });
  });

  it('that is stopped while a page is fetched gives no more, and its id is free at once', async () => {
    const fetched = Promise.withResolvers<number[]>();
    const own: FanoutSource<number> = {
      subscribeFanout: () => ({ next: () => fetched.promise, close: () => undefined }),
      [Symbol.asyncIterator]: () => noIterator(),
    };
    await using server = await serveRoom({ own });
    const client = await server.open();
    client.subscribe(1, 'own');
    await client.untilFrames(1);
    await settled(client);
    client.stop(1);
    client.subscribe(1, 'own');
    await client.untilFrames(3);
    fetched.resolve([]);
    expect(await client.untilQuiet()).toEqual([started(1), stopped(1), started(1)]);
  });

  it.each<[string, () => never[] | Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('Broken.');
      },
    ],
    ['rejects', () => Promise.reject(new Error('Broken.'))],
  ])('whose next %s ends with that error, is closed, and disturbs nobody', async (_name, next) => {
    let closes = 0;
    const own: FanoutSource<number> = {
      subscribeFanout: () => ({ next, close: () => closes++ }),
      [Symbol.asyncIterator]: () => noIterator(),
    };
    await using server = await serveRoom({ own });
    const [client, other] = [await server.open(), await server.open()];
    other.subscribe(1, 'room', { input: 0 });
    client.subscribe(1, 'own');
    await client.untilFrames(3);
    expect(client.frames[1]).toContain('"message":"Broken."');
    expect(client.frames[2]).toBe(stopped(1));
    server.room.append(1);
    await other.untilFrames(2);
    expect(closes).toBe(1);
  });

  it('that fails to open, having woken itself, ends with that error', async () => {
    const own: FanoutSource<number> = {
      subscribeFanout(wake) {
        wake();
        throw new Error('Cannot open.');
      },
      [Symbol.asyncIterator]: () => noIterator(),
    };
    await using server = await serveRoom({ own });
    const client = await server.open();
    client.subscribe(1, 'own');
    await client.untilFrames(3);
    expect(client.frames[1]).toContain('"message":"Cannot open."');
    expect(await client.untilQuiet()).toHaveLength(3);
  });

  it('whose close throws is reported, and the others are served', async () => {
    const own: FanoutSource<number> = {
      subscribeFanout: () => ({
        next: () => [],
        close() {
          throw new Error('Cannot close.');
        },
      }),
      [Symbol.asyncIterator]: () => noIterator(),
    };
    await using server = await serveRoom({ own });
    const [client, other] = [await server.open(), await server.open()];
    for (const id of [1, 2]) client.subscribe(id, 'own');
    other.subscribe(1, 'room', { input: 0 });
    await client.untilFrames(2);
    client.stop(1);
    expect((await client.untilFrames(3))[2]).toBe(stopped(1));
    client.close();
    await until(() => server.errors.length === 2);
    server.room.append(1);
    await other.untilFrames(2);
    expect(server.errors).toMatchObject([{ error: { message: 'Cannot close.' }, path: 'own' }, { path: 'own' }]);
  });

  it('gives what comes before a value that cannot be encoded, then the error', async () => {
    let asked = 0;
    const own: FanoutSource = {
      subscribeFanout: () => ({ next: () => (asked++ === 0 ? [1, 2n, 3] : []), close: () => undefined }),
      async *[Symbol.asyncIterator]() {
        yield 1;
        yield 2n;
      },
    };
    const seen = [];
    for (const adapter of [applyTrpcHandler, applyWSSHandler]) {
      asked = 0;
      await using server = await serveRoom({ own, adapter });
      const client = await server.open();
      client.subscribe(1, 'own');
      seen.push(await client.untilFrames(4));
    }
    expect(seen[1]).toEqual(seen[0]);
  });

  it('is iterated where frames are encoded by an encoder of your own', async () => {
    const room = new FanoutRoom();
    const router = t.router({ room: t.procedure.subscription(() => room.source(0)) });
    const encoder = { encode: (value: unknown) => `!${JSON.stringify(value)}`, decode: JSON.parse };
    await using server = await serveAdapter(applyWSSHandler, { router, experimental_encoder: encoder });
    const client = await server.open();
    client.subscribe(1, 'room');
    room.append(1);
    expect(await client.untilFrames(2)).toEqual([`!${started(1)}`, `!${entryFrame({ id: 1 }, 1)}`]);
    expect(room.opens).toBe(0);
  });
});

function noIterator(): never {
  throw new Error('It is not iterated.');
}

async function settled(...clients: RawClient[]): Promise<void> {
  for (const client of clients) await client.untilQuiet();
}
