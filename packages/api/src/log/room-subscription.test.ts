import { limits } from '@folkmoot/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../chat-logger.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { type FollowedRoom, followRoom } from '../testing/follow-room.ts';
import { createMemoryLog } from '../testing/memory-log.ts';
import { RoomFeed } from './room-feed.ts';
import { iterateSubscription } from '../live/iterate-subscription.ts';
import { RoomSubscription, type RoomSubscriptionOptions } from './room-subscription.ts';

function streamRoom(options: RoomSubscriptionOptions) {
  const { signal } = options;
  return iterateSubscription({ open: (wake) => new RoomSubscription(options, wake), signal });
}

const open: FollowedRoom[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((stream) => stream.close().catch(() => undefined)));
});

/** @param maxRing how many events the feed's ring holds */
function createWorld(maxRing = 5_000) {
  const log = createMemoryLog();
  const clock = createFakeClock();
  const ringLimits = { maxEvents: maxRing, maxBytes: 1e9 };
  const feed = new RoomFeed({ room: 'main-chat', store: log, clock, logger: silentLogger, ringLimits });

  function follow(lastEventId?: string | null): FollowedRoom {
    const stream = followRoom((signal) =>
      Promise.resolve(streamRoom({ feed, store: log, clock, signal, lastEventId })),
    );
    open.push(stream);
    return stream;
  }
  /** A write of this node. */
  function commit(written: ReturnType<typeof log.send>): void {
    feed.commit({ epoch: log.epoch, head: written.seq }, [written]);
  }
  const at = (seq: number, epoch = log.epoch) => `${epoch}.${seq}`;
  return { log, clock, feed, follow, commit, at };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const seqsOf = (stream: FollowedRoom) => stream.ids.map((id) => Number(id.split('.')[1]));

describe('the first event', () => {
  test('of a stream without a position is a tracked ready at the head (R7)', async () => {
    const { log, follow, at } = createWorld();
    log.send();
    const stream = follow();
    expect(await stream.next(1)).toEqual([{ type: 'ready', position: at(1) }]);
    expect(stream.ids).toEqual([at(1)]);
  });

  test.each([null, undefined])('is ready where the client sends %s for none (R7)', async (none) => {
    const { follow } = createWorld();
    expect(await follow(none).next(1)).toMatchObject([{ type: 'ready' }]);
  });

  test('of a stream with a position is the one after it, with no ready before (R5, R7)', async () => {
    const { log, follow, at } = createWorld();
    log.send();
    log.send();
    expect(await follow(at(1)).next(1)).toMatchObject([{ type: 'message-received', position: at(2) }]);
  });
});

describe('a reset with the present position comes (R6)', () => {
  test.each([
    ['garbage', 'nonsense'],
    ['nothing at all', ''],
    ['another format', '5'],
    ['a negative number', 'aaaaaaaaaaaa.-1'],
    ['a number with leading zeros', 'aaaaaaaaaaaa.01'],
    ['a number beyond all numbers', 'aaaaaaaaaaaa.9999999999999999999'],
    ['another epoch', 'bbbbbbbbbbbb.1'],
    ['the future', 'aaaaaaaaaaaa.4'],
  ])('for %s', async (_, lastEventId) => {
    const { log, follow, commit, at } = createWorld();
    for (let count = 0; count < 3; count++) log.send();
    const stream = follow(lastEventId);
    expect(await stream.next(1)).toEqual([{ type: 'reset', position: at(3) }]);
    commit(log.send());
    expect(await stream.next(1)).toMatchObject([{ type: 'message-received', position: at(4) }]);
    expect(stream.events).toHaveLength(2);
  });

  test('for what is older than the log is kept', async () => {
    const { log, follow, at } = createWorld();
    for (let count = 0; count < 5; count++) log.send();
    log.firstSeq = 4;
    expect(await follow(at(2)).next(1)).toEqual([{ type: 'reset', position: at(5) }]);
    expect(await follow(at(3)).next(2)).toMatchObject([{ position: at(4) }, { position: at(5) }]);
  });

  test('for what is further behind than anyone is made to catch up, and for nothing nearer', async () => {
    const { log, follow, at } = createWorld();
    for (let count = 0; count <= limits.maxCatchUpEvents; count++) log.send();
    const head = log.place.head;
    expect(await follow(at(0)).next(1)).toEqual([{ type: 'reset', position: at(head) }]);
    const behind = follow(at(1));
    await behind.until(limits.maxCatchUpEvents);
    expect(seqsOf(behind)).toEqual(numbers(2, head));
  });

  test('to all subscribers when the log was rewound, whatever they had', async () => {
    const { log, feed, follow, at } = createWorld();
    for (let count = 0; count < 3; count++) log.send();
    const fresh = follow();
    const resumed = follow(at(2));
    await Promise.all([fresh.next(1), resumed.next(1)]);
    log.rewind(1);
    await feed.refresh(new AbortController().signal);
    expect(await fresh.next(1)).toEqual([{ type: 'reset', position: at(1) }]);
    expect(await resumed.next(1)).toEqual([{ type: 'reset', position: at(1) }]);
  });

  test('to all subscribers when the epoch is another', async () => {
    const { log, feed, follow } = createWorld();
    log.send();
    const stream = follow();
    await stream.next(1);
    log.epoch = 'bbbbbbbbbbbb';
    await feed.refresh(new AbortController().signal);
    expect(await stream.next(1)).toEqual([{ type: 'reset', position: 'bbbbbbbbbbbb.1' }]);
  });

  test('but not for a position that this node has yet to hear of: the database is asked', async () => {
    const { log, feed, follow, commit, at } = createWorld();
    log.send();
    const first = follow();
    await first.next(1);
    log.send();
    log.send();
    expect(feed.place?.head).toBe(1);
    const ahead = follow(at(3));
    await vi.waitFor(() => expect(feed.place?.head).toBe(3));
    commit(log.send());
    expect(await ahead.next(1)).toMatchObject([{ type: 'message-received', position: at(4) }]);
    await first.until(4);
    expect(seqsOf(first)).toEqual([1, 2, 3, 4]);
  });
});

test('nothing falls between catching up and being live, whatever is written meanwhile (R4)', async () => {
  const { log, follow, commit, at } = createWorld(5);
  for (let count = 0; count < 700; count++) log.send();
  const release = log.hold();
  const stream = follow(at(0));
  commit(log.send());
  release();
  for (let written = 702; written <= 1_500; written++) {
    commit(log.send());
    if (written % 50 === 0) await stream.until(Math.min(written - 100, 600));
  }
  await stream.until(1_500);
  expect(seqsOf(stream)).toEqual(numbers(1, 1_500));
});

test('a slow reader holds up nobody and is served from the log where the ring has moved on (R5, R9)', async () => {
  const { log, clock, feed, follow, commit, at } = createWorld(10);
  const fast = follow(at(0));
  const controller = new AbortController();
  const slow = streamRoom({ feed, store: log, clock, signal: controller.signal, lastEventId: at(0) });
  commit(log.send());
  await feed.refresh(controller.signal);
  expect((await slow.next()).value?.[0]).toBe(at(1));
  for (let count = 0; count < 300; count++) {
    commit(log.send());
    await fast.until(count + 2);
  }
  for (let seq = 2; seq <= 301; seq++) expect((await slow.next()).value?.[0]).toBe(at(seq));
  controller.abort();
  expect(await slow.next()).toEqual({ done: true, value: undefined });
});

test.each([
  ['the ring', 5_000],
  ['the log', 1],
])('a batch from %s ends after about 64 KiB, and with the first event at the earliest (R9)', async (_, maxRing) => {
  const { log, feed, clock, commit, at } = createWorld(maxRing);
  await feed.refresh(new AbortController().signal);
  const texts = [...Array.from({ length: 40 }, () => 'x'.repeat(5_000)), 'x'.repeat(100_000), 'short'];
  for (const text of texts) commit(log.send(text));
  const options = { feed, store: log, clock, signal: new AbortController().signal, lastEventId: at(0) };
  const subscription = new RoomSubscription(options, () => {});
  const batches: number[] = [];
  for (let seq = 0; seq < texts.length;) {
    const batch = (await subscription.next(200)) ?? [];
    if (batch.length > 0) batches.push(batch.length);
    seq = Number(batch.at(-1)?.[0].split('.')[1] ?? seq);
  }
  expect(batches).toEqual([6, 6, 6, 6, 6, 6, 4, 1, 1]);
  subscription.close();
});

test('events of types that this version does not know take their place and are not shown (R1)', async () => {
  const { log, follow, commit, at } = createWorld();
  log.unknown();
  log.send();
  const stream = follow(at(0));
  await stream.next(1);
  commit(log.unknown());
  commit(log.send());
  await stream.next(1);
  expect(seqsOf(stream)).toEqual([2, 4]);
});

describe('a deleted text is not delivered', () => {
  test('from the ring (R8)', async () => {
    const { log, follow, commit, at } = createWorld();
    const live = follow(at(0));
    await vi.waitFor(() => expect(log.reads).toBeGreaterThan(0));
    commit(log.send('a secret'));
    commit(log.send());
    await live.until(2);
    commit(log.delete(1));
    const late = follow(at(0));
    await late.until(3);
    expect(JSON.stringify(late.events)).not.toContain('secret');
    expect(late.events).toMatchObject([
      { type: 'message-received', message: { isDeleted: true, message: '', version: 3 } },
      { type: 'message-received' },
      { type: 'message-deleted' },
    ]);
  });

  test('from events that are being read back into the ring (R8)', async () => {
    const { log, feed, follow, commit, at } = createWorld();
    log.send('a secret');
    await feed.refresh(new AbortController().signal);
    const release = log.hold();
    const stream = follow(at(0));
    await vi.waitFor(() => expect(log.reads).toBe(2));
    commit(log.delete(1));
    release();
    await stream.until(2);
    expect(JSON.stringify(stream.events)).not.toContain('secret');
  });

  /** A feed whose ring is full of later events, so that the second event, a secret, is read from the log. */
  async function createFullWorld() {
    const world = createWorld(3);
    world.log.send();
    world.log.send('a secret');
    await world.feed.refresh(new AbortController().signal);
    for (let count = 0; count < 4; count++) world.commit(world.log.send());
    const { feed, log, clock, at } = world;
    const { signal } = new AbortController();
    const reader = streamRoom({ feed, store: log, clock, signal, lastEventId: at(0) });
    return { ...world, reader };
  }

  test('from a page of the log that was read before (R8)', async () => {
    const { log, commit, at, reader } = await createFullWorld();
    expect((await reader.next()).value?.[0]).toBe(at(1));
    // The page with both events is in the reader's hand by now.
    const { reads } = log;
    commit(log.delete(2));
    const second = (await reader.next()).value?.[1];
    expect(log.reads).toBe(reads);
    expect(second).toMatchObject({ type: 'message-received', message: { isDeleted: true, message: '' } });
  });

  test('from a page whose reading is under way (R8)', async () => {
    const { log, commit, reader } = await createFullWorld();
    const { reads } = log;
    const release = log.hold();
    const first = reader.next();
    await vi.waitFor(() => expect(log.reads).toBe(reads + 1));
    commit(log.delete(2));
    release();
    await first;
    const second = (await reader.next()).value?.[1];
    expect(second).toMatchObject({ type: 'message-received', message: { isDeleted: true, message: '' } });
  });

  test('from a page so old that the ring has forgotten the delete: it is read again (R8)', async () => {
    const { log, commit, reader } = await createFullWorld();
    await reader.next();
    commit(log.delete(2));
    for (let count = 0; count < 10; count++) commit(log.send());
    const second = (await reader.next()).value?.[1];
    expect(second).toMatchObject({ type: 'message-received', message: { isDeleted: true, message: '' } });
  });
});

describe('a thousand who return to a node that has just started', () => {
  const returning = 1_000;

  test('to the same place share two reads of the head and one of the log (R5)', async () => {
    const { log, follow, at } = createWorld();
    for (let count = 0; count < 150; count++) log.send();
    const streams = Array.from({ length: returning }, () => follow(at(50)));
    await Promise.all(streams.map(async (stream) => stream.until(100)));
    for (const stream of streams) expect(seqsOf(stream)).toEqual(numbers(51, 150));
    expect(log.reads).toBe(3);
  });

  test('to different places share the few pages that hold all of them (R5)', async () => {
    const { log, follow, at } = createWorld();
    for (let count = 0; count < 1_200; count++) log.send();
    const streams = Array.from({ length: returning }, (_, index) => ({ from: index, stream: follow(at(index)) }));
    await Promise.all(streams.map(async ({ from, stream }) => stream.until(1_200 - from)));
    for (const { from, stream } of streams) expect(seqsOf(stream)).toEqual(numbers(from + 1, 1_200));
    expect(log.reads).toBeLessThan(8);
  });

  test('while much is written get it all, each once and in order (R4, R5)', async () => {
    const { log, follow, commit, at } = createWorld();
    for (let count = 0; count < 600; count++) log.send();
    const streams = Array.from({ length: 50 }, (_, index) => ({ from: index * 10, stream: follow(at(index * 10)) }));
    for (let count = 0; count < 100; count++) {
      commit(log.send());
      if (count % 5 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await Promise.all(streams.map(async ({ from, stream }) => stream.until(700 - from)));
    for (const { from, stream } of streams) expect(seqsOf(stream)).toEqual(numbers(from + 1, 700));
  });

  test('further back than the ring is read for them get all from the log (R5)', async () => {
    const { log, feed, follow, at } = createWorld();
    for (let count = 0; count < 3_000; count++) log.send();
    await feed.refresh(new AbortController().signal);
    const stream = follow(at(100));
    await stream.until(2_900);
    expect(seqsOf(stream)).toEqual(numbers(101, 3_000));
  });
});

describe('ids', () => {
  test('never fall but by reset, depend on the event alone, and stand in the event (R7)', async () => {
    const { log, feed, follow, commit, at } = createWorld(20);
    for (let count = 0; count < 50; count++) log.send();
    const streams = [follow(at(0)), follow(at(30)), follow()];
    await streams[2]?.until(1);
    for (let count = 0; count < 50; count++) commit(log.send());
    await Promise.all([streams[0]?.until(100), streams[1]?.until(70), streams[2]?.until(51)]);
    log.rewind(40);
    await feed.refresh(new AbortController().signal);
    commit(log.send());
    for (const stream of streams) await vi.waitFor(() => expect(stream.ids.at(-1)).toBe(at(41)));
    for (const stream of streams) {
      expect(stream.events.map(({ position }) => position)).toEqual(stream.ids);
      const falls = stream.events.filter((_, index) => {
        const [before, now] = [seqsOf(stream)[index - 1], seqsOf(stream)[index]];
        return before !== undefined && now !== undefined && now <= before;
      });
      expect(falls.map(({ type }) => type)).toEqual(['reset']);
    }
  });
});

describe('a database that is away', () => {
  test('makes a new stream wait until it is back (T4)', async () => {
    const { log, clock, follow } = createWorld();
    log.failure = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    const stream = follow();
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    log.failure = undefined;
    log.send();
    clock.advance(500);
    expect(await stream.next(1)).toMatchObject([{ type: 'ready' }]);
  });

  test('makes a stream that catches up wait, and go on where it was (T4, R5)', async () => {
    const { log, clock, feed, follow, at } = createWorld();
    for (let count = 0; count < 3; count++) log.send();
    await feed.refresh(new AbortController().signal);
    log.failure = Object.assign(new Error('away'), { code: 'CONNECTION_CLOSED' });
    const stream = follow(at(0));
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    log.failure = undefined;
    clock.advance(500);
    await stream.until(3);
    expect(seqsOf(stream)).toEqual([1, 2, 3]);
  });

  test('that fails otherwise ends the stream with the reason (S7)', async () => {
    const { log, follow } = createWorld();
    log.failure = new TypeError('a fault of ours');
    await expect(follow().next(1)).rejects.toThrow('a fault of ours');
  });
});

test('a stream that has ended leaves no subscriber, no listener and no timer (R9)', async () => {
  const { log, clock, feed, commit } = createWorld();
  const controller = new AbortController();
  const added = vi.spyOn(controller.signal, 'addEventListener');
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  const stream = streamRoom({ feed, store: log, clock, signal: controller.signal, lastEventId: undefined });
  await stream.next();
  commit(log.send());
  await stream.next();
  const waiting = stream.next();
  expect(feed.subscribers).toBe(1);
  controller.abort();
  expect(await waiting).toMatchObject({ done: true });
  expect(feed.subscribers).toBe(0);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  expect(clock.pending).toBe(0);
});

test('streams end with their feed (T5)', async () => {
  const { feed, follow } = createWorld();
  const stream = follow();
  await stream.next(1);
  feed.close();
  await expect(stream.next(1)).rejects.toThrow('The stream ended');
});
