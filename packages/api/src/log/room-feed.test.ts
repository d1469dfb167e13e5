import { limits, type LogEvent } from '@folkmoot/contract';
import { describe, expect, test, vi } from 'vitest';
import { type ChatLogger, silentLogger } from '../chat-logger.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createMemoryLog, type MemoryLog } from '../testing/memory-log.ts';
import { RoomFeed } from './room-feed.ts';

const live = new AbortController().signal;

type World = { log: MemoryLog; clock: FakeClock; feed: RoomFeed; passed: LogEvent[]; warnings: () => number };

function createWorld(): World {
  const log = createMemoryLog();
  const clock = createFakeClock();
  const passed: LogEvent[] = [];
  const warn = vi.fn<ChatLogger['warn']>();
  const feed = new RoomFeed({
    room: 'main-chat',
    store: log,
    clock,
    logger: { ...silentLogger, warn },
    onEvent: (event) => passed.push(event),
  });
  return { log, clock, feed, passed, warnings: () => warn.mock.calls.length };
}

async function createStarted(sent = 0): Promise<World> {
  const world = createWorld();
  for (let count = 0; count < sent; count++) world.log.send();
  await world.feed.refresh(live);
  return world;
}

const seqsOf = (events: LogEvent[]) => events.map(({ position }) => Number(position.split('.')[1]));

async function reaches(feed: RoomFeed, head: number): Promise<void> {
  await vi.waitFor(() => expect(feed.place?.head).toBe(head));
}

test('a feed begins at the head of the log and reads nothing of what was before (R4)', async () => {
  const { feed, passed } = await createStarted(3);
  expect(feed.place).toEqual({ epoch: 'aaaaaaaaaaaa', head: 3, firstSeq: 1 });
  expect(passed).toEqual([]);
  expect(feed.batchAfter(2, 1)).toBeUndefined();
  expect(feed.generation).toBe(0);
});

test('a feed of a room that is not there says so instead of asking for ever (R6)', async () => {
  const { log, clock } = createWorld();
  const feed = new RoomFeed({ room: 'no-room', store: log, clock, logger: silentLogger });
  await expect(feed.refresh(live)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
});

describe('own writes', () => {
  test('advance the feed without reading back (R4)', async () => {
    const { log, feed, passed } = await createStarted(1);
    const { reads } = log;
    feed.commit({ ...log.place, head: 3 }, [log.send(), log.send()]);
    expect(seqsOf(passed)).toEqual([2, 3]);
    expect(feed.batchAfter(1, 1)?.lastSeq).toBe(2);
    expect(log.reads).toBe(reads);
  });

  test('behind a write of another node are filled from the log, each event once and in order (R1, R10)', async () => {
    const { log, feed, passed } = await createStarted(1);
    log.send();
    log.send();
    const own = log.send();
    feed.commit(log.place, [own]);
    expect(passed).toEqual([]);
    await reaches(feed, 4);
    expect(seqsOf(passed)).toEqual([2, 3, 4]);
  });

  test('that are answered out of order are taken in the order of the log (R4)', async () => {
    const { log, feed, passed } = await createStarted();
    const [first, second] = [log.send(), log.send()];
    feed.commit(log.place, [second]);
    feed.commit({ ...log.place, head: 1 }, [first]);
    await reaches(feed, 2);
    expect(seqsOf(passed)).toEqual([1, 2]);
    expect(feed.generation).toBe(0);
  });

  test('that are committed while the first read is under way are not overlooked (R4)', async () => {
    const { log, feed } = createWorld();
    const release = log.hold();
    const starting = feed.refresh(live);
    const written = log.send();
    feed.commit(log.place, [written]);
    release();
    await starting;
    await reaches(feed, 1);
  });

  test('that are committed while a refresh is under way do not look like a rewound log (R6)', async () => {
    const { log, feed, passed } = await createStarted(2);
    const release = log.hold();
    const refreshing = feed.refresh(live);
    feed.commit({ ...log.place, head: 3 }, [log.send()]);
    release();
    await refreshing;
    expect(feed.generation).toBe(0);
    expect(feed.place?.head).toBe(3);
    expect(seqsOf(passed)).toEqual([3]);
  });
});

describe('hints of other nodes', () => {
  test('make the feed read the log up to its head, also in several pages (R10)', async () => {
    const { log, feed, passed } = await createStarted();
    for (let count = 0; count < 1_234; count++) log.send();
    feed.hear(log.place);
    await reaches(feed, 1_234);
    expect(seqsOf(passed)).toEqual(Array.from({ length: 1_234 }, (_, index) => index + 1));
  });

  test('that come while the log is being read are heeded without another one (R10)', async () => {
    const { log, feed } = await createStarted();
    log.send();
    const release = log.hold();
    feed.hear(log.place);
    log.send();
    feed.hear(log.place);
    release();
    await reaches(feed, 2);
  });

  test('that are late, doubled or promise too much change nothing (R10)', async () => {
    const { log, feed, passed } = await createStarted(2);
    feed.hear({ ...log.place, head: 1 });
    feed.hear({ ...log.place, head: 2 });
    expect(log.reads).toBe(1);
    feed.hear({ ...log.place, head: 7 });
    await vi.waitFor(() => expect(log.reads).toBe(2));
    log.send();
    feed.hear(log.place);
    await reaches(feed, 3);
    expect(seqsOf(passed)).toEqual([3]);
    expect(feed.generation).toBe(0);
  });

  test('of another epoch are believed only after the database has said the same (R2, R6)', async () => {
    const { log, feed } = await createStarted(2);
    feed.hear({ epoch: 'bbbbbbbbbbbb', head: 9 });
    await vi.waitFor(() => expect(log.reads).toBe(2));
    await feed.refresh(live);
    expect(feed.generation).toBe(0);
    expect(feed.place).toMatchObject(log.place);

    log.epoch = 'bbbbbbbbbbbb';
    feed.hear({ epoch: 'bbbbbbbbbbbb', head: 2 });
    await vi.waitFor(() => expect(feed.place?.epoch).toBe('bbbbbbbbbbbb'));
    expect(feed.generation).toBe(1);
  });

  test('of another epoch are looked into together, however many come (R10)', async () => {
    const { log, feed } = await createStarted(2);
    const { reads } = log;
    for (let head = 1; head <= 100; head++) feed.hear({ epoch: 'bbbbbbbbbbbb', head });
    await feed.refresh(live);
    expect(log.reads).toBe(reads + 2);
  });

  test('before the first read are remembered for it (R10)', async () => {
    const { log, feed } = createWorld();
    const release = log.hold();
    const starting = feed.refresh(live);
    log.send();
    feed.hear(log.place);
    release();
    await starting;
    await reaches(feed, 1);
  });
});

describe('a log that is no longer the same', () => {
  test('with a lower head makes the feed start anew without its ring (R6)', async () => {
    const { log, feed } = await createStarted();
    for (let count = 0; count < 3; count++) feed.commit({ ...log.place, head: count + 1 }, [log.send()]);
    log.rewind(1);
    await feed.refresh(live);
    expect(feed.generation).toBe(1);
    expect(feed.place).toMatchObject({ head: 1 });
    expect(feed.batchAfter(0, 1)).toBeUndefined();
    feed.commit({ ...log.place, head: 2 }, [log.send('another second')]);
    expect(feed.batchAfter(1, 1)?.values[0]?.[1]).toMatchObject({ message: { message: 'another second' } });
  });

  test('with another epoch makes the feed start anew, also when its head is higher (R2, R6)', async () => {
    const { log, feed } = await createStarted(1);
    log.epoch = 'bbbbbbbbbbbb';
    log.send();
    await feed.refresh(live);
    expect(feed.generation).toBe(1);
    expect(feed.place).toMatchObject({ epoch: 'bbbbbbbbbbbb', head: 2 });
  });

  test('is told from a head that was merely read before a write (R6)', async () => {
    const { log, feed } = await createStarted(1);
    const before = feed.place;
    const seen = { ...log.place, firstSeq: 1 };
    feed.commit({ ...log.place, head: 2 }, [log.send()]);
    feed.observe(seen, before);
    expect(feed.generation).toBe(0);
    expect(feed.place?.head).toBe(2);
  });
});

test('over a leap that nobody could follow the feed goes on from the new head, and stays usable (R6)', async () => {
  const { log, feed, passed } = await createStarted();
  for (let count = 0; count <= limits.maxCatchUpEvents + 500; count++) log.send();
  feed.hear(log.place);
  await reaches(feed, log.place.head);
  expect(passed.length).toBeLessThanOrEqual(500);
  passed.length = 0;
  log.send();
  feed.hear(log.place);
  await reaches(feed, log.place.head);
  expect(seqsOf(passed)).toEqual([log.place.head]);
});

test('where the log has been pruned past the feed it goes on from the head (R6)', async () => {
  const { log, feed } = await createStarted(1);
  for (let count = 0; count < 9; count++) log.send();
  log.firstSeq = 6;
  feed.hear(log.place);
  await reaches(feed, 10);
  expect(feed.place).toMatchObject({ firstSeq: 6 });
});

test('a database that is away is tried again until the feed has caught up (T4, R10)', async () => {
  const { log, clock, feed, passed, warnings } = await createStarted();
  log.failure = new Error('away');
  log.send();
  feed.hear(log.place);
  await vi.waitFor(() => expect(warnings()).toBe(1));
  clock.advance(500);
  await vi.waitFor(() => expect(warnings()).toBe(2));
  log.failure = undefined;
  clock.advance(500);
  await reaches(feed, 1);
  expect(seqsOf(passed)).toEqual([1]);
});

test('whoever gives up does not wait for a database that is away (T4)', async () => {
  const { log, feed, warnings } = await createStarted();
  log.send();
  const release = log.hold();
  const controller = new AbortController();
  const refreshing = feed.refresh(controller.signal);
  log.send();
  log.failure = new Error('away');
  feed.hear(log.place);
  release();
  await vi.waitFor(() => expect(warnings()).toBe(1));
  controller.abort();
  await refreshing;
});

describe('hiding what was deleted', () => {
  test('takes away texts of messages that were read before their delete passed (R8)', async () => {
    const { log, feed } = await createStarted();
    log.send('a secret');
    log.send();
    const page = await log.findPage('main-chat', 0, 10);
    const read = page?.events.flatMap(({ event }) => (event && 'message' in event ? [event.message] : [])) ?? [];
    await feed.refresh(live);
    expect(feed.hideDeletedSince(read, { ...log.place })).toEqual(read);

    const readAt = { ...log.place };
    feed.commit({ ...log.place, head: 3 }, [log.delete(1)]);
    const shown = feed.hideDeletedSince(read, readAt);
    expect(shown).toMatchObject([{ isDeleted: true, message: '', version: 3 }, { isDeleted: false }]);
  });

  test('says so when it cannot tell, rather than showing too much (R8)', async () => {
    const { log, feed } = await createStarted(1);
    const readAt = { ...log.place };
    for (let count = 0; count <= limits.maxCatchUpEvents; count++) log.send();
    log.delete(1);
    await feed.refresh(live);
    await reaches(feed, log.place.head);
    expect(feed.hideDeletedSince([], readAt)).toBeUndefined();
  });
});

describe('waiting', () => {
  test('ends with a change, with the signal or with the feed, and leaves nothing behind (R9)', async () => {
    const { log, feed, clock } = await createStarted();
    const controller = new AbortController();
    const { signal } = controller;
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');

    const byChange = feed.changed(signal);
    feed.commit({ ...log.place, head: 1 }, [log.send()]);
    await byChange;
    const byAbort = feed.changed(signal);
    controller.abort();
    await byAbort;
    await feed.changed(signal);
    const byClose = feed.changed(live);
    feed.close();
    await byClose;
    await feed.changed(live);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    expect(clock.pending).toBe(0);
  });

  test('a closed feed takes nothing in any more (T5)', async () => {
    const { log, feed, passed } = await createStarted();
    feed.close();
    feed.commit({ ...log.place, head: 1 }, [log.send()]);
    feed.hear(log.place);
    await feed.refresh(live);
    expect(passed).toEqual([]);
    expect(feed.place?.head).toBe(0);
  });
});

test('subscribers are counted until they leave, each once (R10)', () => {
  const { feed } = createWorld();
  const leave = [feed.subscribe(() => undefined), feed.subscribe(() => undefined)];
  expect(feed.subscribers).toBe(2);
  leave[0]?.();
  leave[0]?.();
  expect(feed.subscribers).toBe(1);
  leave[1]?.();
  expect(feed.subscribers).toBe(0);
});
