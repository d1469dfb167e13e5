import type { LogEvent } from '@folkmoot/contract';
import { expect, test, vi } from 'vitest';
import { silentLogger } from '../chat-logger.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createMemoryLog } from '../testing/memory-log.ts';
import type { BusHint } from './bus-hint.ts';
import type { EventBus } from './event-bus.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createRoomFeeds, type RoomFeeds } from './room-feeds.ts';

const live = new AbortController().signal;

/** A bus over which nothing ever comes. */
function createDeafBus(): EventBus & { published: BusHint[]; gap: () => void } {
  const published: BusHint[] = [];
  let onGap: () => void = () => undefined;
  return {
    published,
    gap: () => {
      onGap();
    },
    publish: (hint) => published.push(hint),
    isUp: () => false,
    listen: () => () => undefined,
    onGap(handler) {
      onGap = handler;
      return () => {
        onGap = () => undefined;
      };
    },
    close: () => Promise.resolve(),
  };
}

function createWorld(bus: EventBus = createDeafBus()) {
  const log = createMemoryLog();
  const clock = createFakeClock();
  const passed: LogEvent[] = [];
  const onEvent = (_room: string, event: LogEvent): void => {
    passed.push(event);
  };
  const feeds = createRoomFeeds({ store: log, bus, clock, logger: silentLogger, onEvent });
  return { log, clock, feeds, passed };
}

async function watch(feeds: RoomFeeds) {
  const feed = feeds.get('main-chat');
  feed.subscribe(() => undefined);
  await feed.refresh(live);
  return feed;
}

test('with every hint lost a room with subscribers is up to date within a second (R10)', async () => {
  const { log, clock, feeds } = createWorld();
  const feed = await watch(feeds);
  for (let round = 1; round <= 3; round++) {
    log.send();
    clock.advance(999);
    expect(feed.place?.head).toBe(round - 1);
    clock.advance(1);
    await vi.waitFor(() => expect(feed.place?.head).toBe(round));
    await vi.waitFor(() => expect(clock.pending).toBe(1));
  }
  feeds.close();
});

test('rooms without subscribers are not asked about (R10)', async () => {
  const { log, clock, feeds } = createWorld();
  const feed = feeds.get('main-chat');
  const leave = feed.subscribe(() => undefined);
  await feed.refresh(live);
  leave();
  const { reads } = log;
  clock.advance(1_000);
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  expect(log.reads).toBe(reads);
  feeds.close();
});

test('polling goes on after a poll that failed (R10, T4)', async () => {
  const { log, clock, feeds } = createWorld();
  const feed = await watch(feeds);
  log.failure = new Error('away');
  clock.advance(1_000);
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  log.failure = undefined;
  log.send();
  clock.advance(1_000);
  await vi.waitFor(() => expect(feed.place?.head).toBe(1));
  feeds.close();
});

test('a poll finds a rewound log (R6)', async () => {
  const { log, clock, feeds } = createWorld();
  log.send();
  log.send();
  const feed = await watch(feeds);
  log.rewind(1);
  clock.advance(1_000);
  await vi.waitFor(() => expect(feed.generation).toBe(1));
  expect(feed.place?.head).toBe(1);
  feeds.close();
});

test('positions are compared when the bus comes back and after a failed write (R10)', async () => {
  const bus = createDeafBus();
  const { log, feeds } = createWorld(bus);
  const feed = await watch(feeds);
  log.send();
  bus.gap();
  await vi.waitFor(() => expect(feed.place?.head).toBe(1));
  log.send();
  feeds.check('main-chat');
  await vi.waitFor(() => expect(feed.place?.head).toBe(2));
  feeds.close();
});

test('a committed batch feeds this node and is told to the others, also when it was a repeat (R10)', async () => {
  const bus = createMemoryEventBus();
  const here = createWorld(bus);
  const there = createRoomFeeds({
    store: here.log,
    bus,
    clock: here.clock,
    logger: silentLogger,
    onEvent: () => undefined,
  });
  const feed = await watch(here.feeds);
  const other = await watch(there);
  const written = here.log.send();
  here.feeds.commit('main-chat', here.log.place, [written]);
  expect(feed.place?.head).toBe(1);
  await vi.waitFor(() => expect(other.place?.head).toBe(1));

  here.log.send();
  here.feeds.commit('main-chat', here.log.place, []);
  await vi.waitFor(() => expect([feed.place?.head, other.place?.head]).toEqual([2, 2]));
  here.feeds.close();
  there.close();
});

test('a room has one feed, found only once it was asked for (R4)', () => {
  const { feeds } = createWorld();
  expect(feeds.find('main-chat')).toBeUndefined();
  const feed = feeds.get('main-chat');
  expect(feeds.get('main-chat')).toBe(feed);
  expect(feeds.find('main-chat')).toBe(feed);
  feeds.close();
});

test('closed feeds leave no timer and no listener behind (T5)', async () => {
  const bus = createMemoryEventBus();
  const { log, clock, feeds } = createWorld(bus);
  const feed = await watch(feeds);
  const { reads } = log;
  feeds.close();
  log.send();
  bus.publish({ kind: 'log', room: 'main-chat', ...log.place });
  bus.publish({ kind: 'log', room: 'main-chat', epoch: 'bbbbbbbbbbbb', head: 9 });
  expect(clock.pending).toBe(0);
  expect(log.reads).toBe(reads);
  expect(feed.isClosed).toBe(true);
});
