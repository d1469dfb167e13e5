import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../chat-logger.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLossyEventBus } from '../testing/lossy-event-bus.ts';
import { createMemoryLog } from '../testing/memory-log.ts';
import type { BusHint, LogHint } from './bus-hint.ts';
import type { EventBus } from './event-bus.ts';
import { createRoomFeeds } from './room-feeds.ts';

export type EventBusWorld = {
  /** Two nodes on one medium; the same bus twice where it serves one process only. */
  nodes: readonly [EventBus, EventBus];
  /** Closes what lies under the nodes. */
  close?: () => Promise<void>;
};

/**
 * What every maker of an event bus promises (R10).
 *
 * @param interruptions what cuts the nodes off for a moment, from which they come back by themselves; none where there
 *   is nothing to cut
 */
export function describeEventBus<World extends EventBusWorld>(
  name: string,
  create: () => World | Promise<World>,
  interruptions: Record<string, (world: World) => Promise<void>> = {},
): void {
  describe(`the ${name} event bus (R10)`, () => {
    let world: World;
    let here: EventBus;
    let there: EventBus;

    beforeEach(async () => {
      world = await create();
      [here, there] = world.nodes;
    });
    afterEach(async () => {
      await here.close();
      await there.close();
      await world.close?.();
    });

    const hintOf = (head: number, room = 'main-chat'): LogHint => ({
      kind: 'log',
      room,
      epoch: 'aaaaaaaaaaaa',
      head,
    });

    function collect(bus: EventBus, room = 'main-chat'): { heard: BusHint[]; unlisten: () => void } {
      const heard: BusHint[] = [];
      return { heard, unlisten: bus.listen(room, (hint) => heard.push(hint)) };
    }

    /** Publishes until it is heard: a hint that comes before the medium knows of the listener may be lost. */
    async function reach(from: EventBus, heard: BusHint[], hint: LogHint): Promise<void> {
      await vi.waitFor(
        () => {
          from.publish(hint);
          expect(heard).toContainEqual(hint);
        },
        { timeout: 10_000, interval: 20 },
      );
    }

    test('a hint reaches the listeners of its room on every node, as it was published', async () => {
      const listeners = [collect(here), collect(here), collect(there)];
      for (const { heard } of listeners) await reach(here, heard, hintOf(1));
      for (const { heard } of listeners) await reach(there, heard, hintOf(2));
    });

    test('a listener hears nothing of other rooms', async () => {
      const main = collect(there);
      const side = collect(there, 'side-room');
      await reach(here, side.heard, hintOf(1, 'side-room'));
      await reach(here, main.heard, hintOf(2));
      expect(main.heard.every(({ room }) => room === 'main-chat')).toBe(true);
      expect(side.heard.every(({ room }) => room === 'side-room')).toBe(true);
    });

    test('a listener that has left hears no more, and the others go on', async () => {
      const leaving = collect(there);
      const staying = collect(there);
      await reach(here, leaving.heard, hintOf(1));
      leaving.unlisten();
      leaving.unlisten();
      await reach(here, staying.heard, hintOf(2));
      expect(leaving.heard).not.toContainEqual(hintOf(2));
    });

    test('a room can be listened to again after its last listener has left', async () => {
      const first = collect(there);
      await reach(here, first.heard, hintOf(1));
      first.unlisten();
      const second = collect(there);
      await reach(here, second.heard, hintOf(2));
    });

    test('one function may listen twice and leaves twice', async () => {
      const heard: BusHint[] = [];
      const onHint = (hint: BusHint): void => {
        heard.push(hint);
      };
      const leave = [there.listen('main-chat', onHint), there.listen('main-chat', onHint)];
      await reach(here, heard, hintOf(1));
      leave[0]?.();
      await reach(here, heard, hintOf(2));
      leave[1]?.();
      const other = collect(there);
      await reach(here, other.heard, hintOf(3));
      expect(heard).not.toContainEqual(hintOf(3));
    });

    test('a listener that throws keeps the hint from nobody, and publishing does not throw', async () => {
      const throwing = vi.fn<() => void>(() => {
        throw new Error('a listener with a fault');
      });
      there.listen('main-chat', throwing);
      const after = collect(there);
      await reach(there, after.heard, hintOf(1));
      await reach(here, after.heard, hintOf(2));
      expect(throwing).toHaveBeenCalled();
    });

    test('listeners may listen, leave and publish while they hear', async () => {
      const heard: BusHint[] = [];
      const leave = there.listen('main-chat', (hint) => {
        if (hint.kind !== 'log' || hint.head !== 1) return;
        leave();
        there.listen('main-chat', (hint) => heard.push(hint));
        there.publish(hintOf(2));
      });
      const other = collect(there);
      await reach(here, other.heard, hintOf(1));
      await reach(here, heard, hintOf(2));
    });

    test('a closed bus is silent, and neither publishing nor closing it again throws', async () => {
      const { heard } = collect(there);
      await reach(here, heard, hintOf(1));
      await there.close();
      const before = heard.length;
      expect(() => {
        there.publish(hintOf(2));
        here.publish(hintOf(3));
      }).not.toThrow();
      await there.close();
      expect(heard).toHaveLength(before);
    });

    test.each(Object.entries(interruptions))(
      'after %s it says that hints may be missing, and delivers again',
      { timeout: 60_000 },
      async (_name, interrupt) => {
        const onGap = vi.fn<() => void>();
        const leave = there.onGap(onGap);
        const { heard } = collect(there);
        await reach(here, heard, hintOf(1));
        onGap.mockClear();
        await interrupt(world);
        await vi.waitFor(() => expect(onGap).toHaveBeenCalled(), { timeout: 30_000 });
        await reach(here, heard, hintOf(2));
        leave();
      },
    );

    test('it knows whether hints pass (T4)', async () => {
      await vi.waitFor(() => expect([here.isUp(), there.isUp()]).toEqual([true, true]), { timeout: 10_000 });
    });

    test('a node that compares positions has every event once, though hints are lost, doubled and late', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
          fc.array(fc.constantFrom('write', 'flush', 'poll'), { minLength: 1, maxLength: 40 }),
          async (numbers, steps) => {
            const random = () => numbers.next().value ?? 0;
            const lossy = createLossyEventBus(here, { loss: 0.5, random });
            const log = createMemoryLog();
            // Of this run alone: a late hint of the one before is none of its business.
            log.epoch = randomBytes(6).toString('hex');
            const clock = createFakeClock();
            const seen: number[] = [];
            const onEvent = (_room: string, { position }: { position: string }): void => {
              seen.push(Number(position.split('.')[1]));
            };
            const feeds = createRoomFeeds({ store: log, bus: there, clock, logger: silentLogger, onEvent });
            const feed = feeds.get('main-chat');
            feed.subscribe(() => undefined);
            await feed.refresh(new AbortController().signal);
            for (const step of steps) {
              if (step === 'write') {
                const sent = log.send();
                const events = random() < 0.5 ? [sent] : undefined;
                lossy.publish({ kind: 'log', room: 'main-chat', ...log.place, events });
              } else if (step === 'flush') lossy.flush();
              else clock.advance(1_000);
              await Promise.resolve();
            }
            await vi.waitFor(() => {
              clock.advance(1_000);
              expect(feed.place).toMatchObject(log.place);
            });
            expect(seen).toEqual(Array.from({ length: log.place.head }, (_, index) => index + 1));
            feeds.close();
          },
        ),
        { numRuns: 40 },
      );
    });
  });
}
