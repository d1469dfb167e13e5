import { initTRPC } from '@trpc/server';
import { describe, expect, it } from 'vitest';
import { countWrites } from '../test/count-writes.ts';
import { FanoutRoom } from '../test/fanout-room.ts';
import { type RawClient, textOf, until } from '../test/raw-client.ts';
import { serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';
import type { ConnectionLimits } from './web-socket-limits.ts';

const t = initTRPC.create({ isDev: false });
const kib = 1024;

/** A room of long entries, pushed and iterated, and answers as long as one likes. */
async function servePressure(limits: Partial<ConnectionLimits> = {}, entryBytes = kib) {
  const room = new FanoutRoom({ textOf: () => 'x'.repeat(entryBytes), maxBatch: 16 });
  const asked = { count: 0 };
  const router = t.router({
    pushed: t.procedure.subscription(() => room.source(0)),
    iterated: t.procedure.input(Number).subscription(async function* ({ input }) {
      for (asked.count = 1; asked.count <= input; asked.count++) yield 'x'.repeat(entryBytes);
    }),
    answer: t.procedure.input(Number).query(({ input }) => 'x'.repeat(input)),
  });
  const server = await serveAdapter((options) => applyWSSHandler({ ...options, limits }), { router });
  return Object.assign(server, { room, asked });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A client that takes its time for each PONG, as one does that reads slowly. */
function answerSlowly({ socket }: RawClient, delayMs: number): void {
  socket.on('message', (data) => {
    if (textOf(data) === 'PING') setTimeout(() => socket.send('PONG'), delayMs);
  });
}

describe('a frame', () => {
  // A frame's head grows with 126 and 65,536 bytes; the answer around the text has 41.
  it.each([1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 300_000])(
    'of %i bytes arrives whole',
    async (size) => {
      await using server = await servePressure();
      const client = await server.open();
      const around = '{"id":1,"result":{"type":"data","data":""}}'.length;
      client.query(1, 'answer', Math.max(0, size - around));
      client.query(2, 'answer', 1);
      const [first] = await client.untilFrames(2);
      expect(first).toHaveLength(Math.max(around, size));
    },
  );

  it.each([125, 126, 65_535, 65_536])('of about %i bytes arrives whole when it is pushed', async (size) => {
    for (let entryBytes = size - 100; entryBytes <= size + 10; entryBytes += 5) {
      await using server = await servePressure({}, entryBytes);
      const client = await server.open();
      client.subscribe(1, 'pushed');
      server.room.append(3);
      const frames = await client.untilFrames(4);
      expect(frames.slice(1).map((frame) => /"text":"(x*)"/.exec(frame)?.[1]?.length)).toEqual(
        Array.from({ length: 3 }, () => entryBytes),
      );
    }
  });
});

describe('a reader that has stopped reading (R9)', () => {
  it('of a pushed stream is written to no more than the limit, and gets the rest from its place when it reads', async () => {
    await using server = await servePressure({ pingEveryBytes: 16 * kib, maxUnreadBytes: 64 * kib });
    const writes = countWrites(server.wss);
    const stalled = await server.open();
    stalled.subscribe(1, 'pushed');
    await stalled.untilQuiet();
    stalled.socket.pause();
    const before = sum(writes);
    const healthy = await server.open();
    for (let burst = 0; burst < 200; burst++) {
      server.room.append(16);
      await turns(2);
    }
    // The limit, and the batch that went over it.
    expect(sum(writes) - before).toBeLessThan((64 + 20) * kib);
    healthy.query(1, 'answer', 1);
    await healthy.untilFrames(1);
    stalled.socket.resume();
    const frames = await stalled.untilFrames(1 + 3_200);
    expect(frames.slice(1).map((frame) => Number(/"n":(\d+)/.exec(frame)?.[1]))).toEqual(
      Array.from({ length: 3_200 }, (_, index) => index + 1),
    );
    expect(stalled.closed).toBeUndefined();
  });

  it('shares its limit among all its subscriptions', async () => {
    await using server = await servePressure({ pingEveryBytes: 16 * kib, maxUnreadBytes: 64 * kib });
    const writes = countWrites(server.wss);
    const stalled = await server.open();
    for (let id = 0; id < 12; id++) stalled.subscribe(id, 'pushed');
    await stalled.untilFrames(12);
    await stalled.untilQuiet();
    stalled.socket.pause();
    const before = sum(writes);
    for (let burst = 0; burst < 12; burst++) {
      server.room.append(16);
      await turns(2);
    }
    expect(sum(writes) - before).toBeLessThan((64 + 20) * kib);
    stalled.socket.resume();
    await stalled.untilFrames(12 + 12 * 12 * 16);
  });

  it('of an iterated stream is not asked for, and gets all when it reads', async () => {
    await using server = await servePressure({ pingEveryBytes: 16 * kib, maxUnreadBytes: 64 * kib });
    const stalled = await server.open();
    stalled.socket.pause();
    stalled.subscribe(1, 'iterated', { input: 5_000 });
    await until(() => server.asked.count > 60);
    await turns(50);
    expect(server.asked.count).toBeLessThan(70);
    stalled.socket.resume();
    await stalled.untilFrames(5_002);
    expect(stalled.frames.at(-1)).toContain('stopped');
  });

  it('stops and frees its stream while it waits', async () => {
    await using server = await servePressure({ pingEveryBytes: kib, maxUnreadBytes: 4 * kib });
    const stalled = await server.open({ answersPing: false });
    stalled.subscribe(1, 'iterated', { input: 5_000 });
    stalled.subscribe(2, 'pushed');
    await until(() => stalled.pings > 0);
    await stalled.untilQuiet();
    stalled.stop(1);
    stalled.stop(2);
    await until(() => stalled.frames.filter((frame) => frame.includes('stopped')).length === 2);
    expect(server.room.subscriberCount).toBe(0);
  });

  it('and answers PING all the same, fills no memory: what has not left the process is not read', async () => {
    await using server = await servePressure({ pingEveryBytes: 16 * kib, maxUnreadBytes: 64 * kib }, 64 * kib);
    const buffered: number[] = [];
    server.wss.on('connection', (socket) => {
      const timer = setInterval(() => buffered.push(socket.bufferedAmount), 5);
      socket.on('close', () => clearInterval(timer));
    });
    const liar = await server.open();
    liar.subscribe(1, 'pushed');
    await liar.untilFrames(1);
    liar.socket.pause();
    for (let burst = 0; burst < 60; burst++) {
      server.room.append(16);
      for (let pong = 0; pong < 40; pong++) liar.socket.send('PONG');
      await new Promise<void>((resolve) => setTimeout(resolve, 5));
    }
    expect(server.room.head * 64 * kib).toBeGreaterThan(50 * kib * kib);
    expect(Math.max(...buffered)).toBeLessThan(64 * kib + 17 * 65 * kib);
  });
});

describe('an unasked PONG', () => {
  it('tells nothing: the limit holds as before it', async () => {
    await using server = await servePressure({ pingEveryBytes: 16 * kib, maxUnreadBytes: 64 * kib });
    const client = await server.open({ answersPing: false });
    for (let pong = 0; pong < 100; pong++) client.send('PONG');
    client.subscribe(1, 'iterated', { input: 1_000 });
    await client.untilFrames(60);
    await client.untilQuiet();
    expect(client.frames.length).toBeLessThan(70);
  });
});

describe('a reader that answers no PING (T3)', () => {
  it('is closed with the code that resumes', async () => {
    await using server = await servePressure({ stallTimeoutMs: 200, minReadBytesPerSecond: Infinity });
    const mute = await server.open({ answersPing: false });
    mute.subscribe(1, 'iterated', { input: 1_000 });
    expect(await mute.untilClosed()).toEqual({ code: 4001, reason: 'A PING was not answered.' });
    await until(() => server.wss.clients.size === 0);
  });

  it('in time is never closed, however slowly it reads and however long that takes', async () => {
    await using server = await servePressure({
      pingEveryBytes: 2 * kib,
      maxUnreadBytes: 8 * kib,
      stallTimeoutMs: 2_000,
      minReadBytesPerSecond: Infinity,
    });
    const slow = await server.open({ answersPing: false });
    answerSlowly(slow, 100);
    const startedAt = performance.now();
    slow.subscribe(1, 'iterated', { input: 240 });
    await slow.untilFrames(242);
    expect(performance.now() - startedAt).toBeGreaterThan(2_000);
    expect(slow.closed).toBeUndefined();
  });
});

describe('answers of calls', () => {
  it('close the socket with the code that resumes once too much of them is unread, beside a stream', async () => {
    await using server = await servePressure({ maxWaitingBytes: 100 * kib });
    const client = await server.open({ answersPing: false });
    client.subscribe('room', 'pushed');
    for (let id = 0; id < 20; id++) client.query(id, 'answer', 10 * kib);
    expect((await client.untilClosed()).code).toBe(4000);
    expect(client.frames.length).toBeLessThan(13);
  });

  it('close the socket once too much of them waits in the process, without a stream', async () => {
    await using server = await servePressure({ maxWaitingBytes: 500 * kib });
    const [stalled, healthy] = [await server.open(), await server.open()];
    stalled.socket.pause();
    for (let id = 0; id < 100; id++) stalled.query(id, 'answer', 400 * kib);
    await until(() => [...server.wss.clients].some(({ readyState, OPEN }) => readyState !== OPEN));
    healthy.query(1, 'answer', 1);
    await healthy.untilFrames(1);
  });

  it('are followed by no PING where there is no stream to hold back', async () => {
    await using server = await servePressure();
    const client = await server.open();
    for (let id = 0; id < 10; id++) client.query(id, 'answer', 100 * kib);
    await client.untilFrames(10);
    await client.untilQuiet();
    expect(client.pings).toBe(0);
  });

  it('may be longer than that one by one', async () => {
    await using server = await servePressure({ maxWaitingBytes: 100 * kib });
    const client = await server.open();
    client.subscribe('room', 'pushed');
    for (let id = 0; id < 5; id++) {
      client.query(id, 'answer', 500 * kib);
      await client.untilFrames(id + 2);
    }
    expect(client.closed).toBeUndefined();
  });

  it('to a storm of PING that nobody reads end it too', async () => {
    await using server = await servePressure({ maxWaitingBytes: 8 * kib });
    const [storm, healthy] = [await server.open(), await server.open()];
    storm.subscribe('room', 'pushed');
    await storm.untilFrames(1);
    storm.socket.pause();
    for (let ping = 0; ping < 5_000; ping++) storm.socket.send('PING');
    await until(() => [...server.wss.clients].some(({ readyState, OPEN }) => readyState !== OPEN));
    healthy.query(1, 'answer', 1);
    await healthy.untilFrames(1);
  });
});

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
