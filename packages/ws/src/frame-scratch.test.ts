import { PassThrough } from 'node:stream';
import { initTRPC } from '@trpc/server';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { entryFrame, FanoutRoom } from '../test/fanout-room.ts';
import { serveAdapter } from '../test/serve-adapter.ts';
import { applyWSSHandler } from './apply-wss-handler.ts';
import { EncodedBatch, FanoutFrames } from './fanout-frames.ts';
import { FrameScratch } from './frame-scratch.ts';
import { textFrame } from './frames.ts';
import { Outbound } from './outbound.ts';
import { webSocketLimits } from './web-socket-limits.ts';

const kib = 1024;

function framesOf(batch: EncodedBatch, prefix: string): FanoutFrames {
  return new FanoutFrames(batch, prefix, Buffer.byteLength(prefix));
}

function batchOf(...tails: string[]): EncodedBatch {
  return new EncodedBatch(tails.map((tail) => Buffer.from(tail)));
}

/** What the frames have to be, each made by itself. */
function plainFrames({ batch, prefix }: FanoutFrames): Buffer {
  return Buffer.concat(batch.tails.map((tail) => textFrame(prefix + tail.toString())));
}

describe('the buffer that pushed frames share', () => {
  it('holds what each subscriber would get by itself, in whatever order they come', () => {
    const tails = fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { minLength: 1, maxLength: 4 });
    const prefix = fc.oneof(fc.constantFrom('{"id":1', '{"id":2', '{"id":11'), fc.string({ unit: 'grapheme' }));
    const steps = fc.array(fc.record({ which: fc.nat(2), prefix, isKept: fc.boolean(), behind: fc.boolean() }));
    fc.assert(
      fc.property(fc.array(tails, { minLength: 3, maxLength: 3 }), steps, (texts, chosen) => {
        const batches = texts.map((each) => batchOf(...each));
        const scratch = new FrameScratch();
        const kept: { given: Buffer; expected: Buffer }[] = [];
        for (const { which, prefix: text, isKept, behind } of chosen) {
          const frames = framesOf(batches[which] ?? batchOf(), text);
          const last = Buffer.from(behind ? 'PING' : '');
          const given = scratch.fill(frames, last);
          const expected = Buffer.concat([plainFrames(frames), last]);
          expect(given.equals(expected)).toBe(true);
          if (!isKept) continue;
          scratch.giveAway();
          kept.push({ given, expected });
        }
        for (const { given, expected } of kept) expect(given.equals(expected)).toBe(true);
      }),
    );
  });

  it('is used again, for those at the same place by writing only their ids', () => {
    const scratch = new FrameScratch();
    const [first, second] = [batchOf(',1}', ',2}'), batchOf(',"x"}')];
    const given = scratch.fill(framesOf(first, '{"id":1'));
    expect(scratch.fill(framesOf(first, '{"id":2'))).toBe(given);
    expect(scratch.fill(framesOf(second, '{"id":2')).buffer).toBe(given.buffer);
  });

  it('is not much bigger than what is given away in it', () => {
    const scratch = new FrameScratch();
    scratch.fill(framesOf(batchOf('x'.repeat(500_000)), '{"id":1'));
    const given = scratch.fill(framesOf(batchOf('x'.repeat(5_000)), '{"id":1'));
    expect(given.buffer.byteLength).toBeLessThan(20_000);
  });
});

describe('bytes in a stream that keeps them', () => {
  it('are its own where the kernel takes no more: nobody gets what was written for another', async () => {
    const textOf = (n: number): string => String(n % 10).repeat(64 * kib);
    const room = new FanoutRoom({ textOf });
    const t = initTRPC.create();
    const router = t.router({ room: t.procedure.subscription(() => room.source(0)) });
    // So much that everything which the kernel does not take waits in the process.
    const limits = { pingEveryBytes: 64 * kib * kib, maxUnreadBytes: 64 * kib * kib };
    await using server = await serveAdapter((options) => applyWSSHandler({ ...options, limits }), { router });
    const clients = await Promise.all(Array.from({ length: 4 }, () => server.open()));
    for (const [index, client] of clients.entries()) client.subscribe(index, 'room');
    for (const client of clients) await client.untilFrames(1);
    for (const client of clients.slice(0, 3)) client.socket.pause();
    let mostWaiting = 0;
    for (let n = 1; n <= 160; n++) {
      room.append(1);
      await new Promise<void>((resolve) => setImmediate(resolve));
      for (const { bufferedAmount } of server.wss.clients) mostWaiting = Math.max(mostWaiting, bufferedAmount);
    }
    expect(mostWaiting).toBeGreaterThan(64 * kib);
    for (const [index, client] of clients.entries()) {
      client.socket.resume();
      const frames = await client.untilFrames(1 + room.head);
      const wrong = frames
        .slice(1)
        .findIndex((frame, at) => frame !== entryFrame({ id: index }, at + 1, textOf(at + 1)));
      expect(wrong).toBe(-1);
    }
  });

  it('are its own where it is no plain socket, whatever it says of its length', () => {
    const stream = new PassThrough();
    const socket = { readyState: WebSocket.OPEN } as WebSocket;
    const parts = { limits: webSocketLimits, now: () => 0, scratch: new FrameScratch() };
    const outbound = new Outbound(socket, stream, parts);
    const all = ['{"id":1', '{"id":2', '{"id":3'].map((prefix) => framesOf(batchOf(',"result":{}}'), prefix));
    for (const frames of all) {
      outbound.push(frames);
      outbound.flush();
    }
    expect(stream.read().equals(Buffer.concat(all.map(plainFrames)))).toBe(true);
  });
});
