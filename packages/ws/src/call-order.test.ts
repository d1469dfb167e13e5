import { initTRPC } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { countWrites } from '../test/count-writes.ts';
import { type RawClient, until } from '../test/raw-client.ts';
import { serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';
import type { ConnectionLimits } from './web-socket-limits.ts';

const t = initTRPC.create({ isDev: false });

/** Calls that note when they start, and those that wait until they are let go. */
async function serveOrder(limits: Partial<ConnectionLimits> = {}, context?: Promise<object>) {
  const begun: unknown[] = [];
  const held: (() => void)[] = [];
  const note = t.procedure.input((value) => value);
  const router = t.router({
    quick: note.mutation(({ input }) => begun.push(input)),
    held: note.mutation(async ({ input }) => {
      begun.push(input);
      await new Promise<void>((resolve) => held.push(resolve));
      return input;
    }),
    stream: note.subscription(({ input }) => {
      begun.push(input);
      return (async function* () {
        yield 1;
      })();
    }),
  });
  const server = await serveAdapter(
    (options) => applyWSSHandler({ ...options, limits, createContext: async () => (await context) ?? {} }),
    { router },
  );
  return Object.assign(server, { begun, held });
}

function call(id: number, path: 'quick' | 'held' | 'stream') {
  return { id, method: path === 'stream' ? 'subscription' : 'mutation', params: { path, input: id } };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the calls of one connection', () => {
  it('start in the order sent, within a frame and over frames, of whatever kind', async () => {
    const context = Promise.withResolvers<object>();
    await using server = await serveOrder({}, context.promise);
    const client = await server.open();
    client.send(call(1, 'quick'));
    client.send([call(2, 'held'), call(3, 'stream'), call(4, 'quick')]);
    client.send([call(5, 'stream'), call(6, 'quick')]);
    await client.untilQuiet();
    expect(server.begun).toEqual([]);
    context.resolve({});
    await until(() => server.begun.length === 6);
    client.send(call(7, 'held'));
    client.send([call(8, 'quick'), call(9, 'held')]);
    await until(() => server.begun.length === 9);
    expect(server.begun).toEqual(range(1, 9));
  });

  it('do not wait for the answer of a slow one', async () => {
    await using server = await serveOrder();
    const client = await server.open();
    client.send([call(1, 'held'), call(2, 'quick'), call(3, 'stream')]);
    await client.untilFrames(4);
    expect(client.frames.filter((frame) => frame.startsWith('{"id":1,'))).toEqual([]);
    server.held[0]?.();
    expect((await client.untilFrames(5))[4]).toBe('{"id":1,"result":{"type":"data","data":1}}');
  });

  it('wait for a slot above 32, in order and streams among them, while another connection is served (A5)', async () => {
    await using server = await serveOrder();
    const [client, other] = [await server.open(), await server.open()];
    client.send(range(1, 32).map((id) => call(id, 'held')));
    client.send([call(33, 'quick'), call(34, 'stream'), call(35, 'held'), call(36, 'quick')]);
    await client.untilQuiet();
    expect(server.begun).toEqual(range(1, 32));
    other.send(call(99, 'quick'));
    await other.untilFrames(1);
    server.held[0]?.();
    await until(() => server.begun.length === 36);
    expect(server.begun).toEqual([...range(1, 32), 99, 33, 34, 35]);
    server.held[1]?.();
    await until(() => server.begun.length === 37);
    expect(server.begun.at(-1)).toBe(36);
  });

  it('are refused above 32 and 256, retryable, streams too; the refused are not done (A5)', async () => {
    await using server = await serveOrder();
    const client = await server.open();
    client.send(range(1, 32).map((id) => call(id, 'held')));
    client.send(range(33, 288).map((id) => call(id, 'quick')));
    client.send([call(289, 'quick'), call(290, 'stream')]);
    const message = 'Too many calls wait on this connection. Try again in a moment.';
    const refusal = (id: number, path: string) =>
      JSON.stringify({
        id,
        error: { message, code: -32029, data: { code: 'TOO_MANY_REQUESTS', httpStatus: 429, path } },
      });
    expect(await client.untilFrames(2)).toEqual([refusal(289, 'quick'), refusal(290, 'stream')]);
    for (const letGo of server.held) letGo();
    await client.untilFrames(2 + 288);
    expect(server.begun).toEqual(range(1, 288));
    client.send(call(290, 'stream'));
    await client.untilFrames(2 + 288 + 3);
    expect(client.frames.slice(-3).every((frame) => frame.startsWith('{"id":290,"result"'))).toBe(true);
  });

  it('that wait are forgotten when the socket is gone', async () => {
    await using server = await serveOrder({ maxCallsInFlight: 1 });
    const client = await server.open();
    client.send([call(1, 'held'), call(2, 'quick'), call(3, 'stream')]);
    await client.untilQuiet();
    client.close();
    await until(() => server.wss.clients.size === 0);
    server.held[0]?.();
    await expectNothingMore(server.begun, [1]);
  });

  it('that are streams and wait can be stopped meanwhile, at once and without being called', async () => {
    await using server = await serveOrder({ maxCallsInFlight: 1 });
    const client = await server.open();
    client.send([call(1, 'held'), call(2, 'stream')]);
    client.stop(2);
    expect(await client.untilFrames(1)).toEqual(['{"id":2,"result":{"type":"stopped"}}']);
    client.send(call(2, 'stream'));
    await client.untilQuiet();
    server.held[0]?.();
    await client.untilFrames(5);
    expect(server.begun).toEqual([1, 2]);
  });
});

describe('the answers to one frame', () => {
  it('leave in one write, as far as they are ready together', async () => {
    await using server = await serveOrder();
    const writes = countWrites(server.wss);
    const client: RawClient = await server.open();
    await client.untilQuiet();
    writes.length = 0;
    client.send(range(1, 30).map((id) => call(id, 'quick')));
    await client.untilFrames(30);
    expect(writes).toHaveLength(1);
  });
});

async function expectNothingMore(list: unknown[], expected: unknown[]): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(list).toEqual(expected);
}
