import type { ChatErrorCode, ChatErrorData, Message } from '@folkmoot/contract';
import { TRPCClientError } from '@trpc/client';
import { describe, expect, test, vi } from 'vitest';
import { createHandClock, settled } from '../test/hand-clock.ts';
import { createMemoryStorage } from '../test/memory-storage.ts';
import { createRoomLog, me, uuidOf } from '../test/room-log.ts';
import { seededChoices } from '../test/seeded-choices.ts';
import { type OutboxDriverOptions, createOutboxDriver } from './outbox-driver.ts';
import { createOutboxStorage } from './outbox-storage.ts';
import type { OutboxEntry } from './outbox.ts';
import { createSendSlots } from './send-slots.ts';

const refusal = (code: ChatErrorCode, retryable: ChatErrorData['retryable'], retryAfterMs?: number) =>
  TRPCClientError.from({ error: { code: -32000, message: code, data: { chat: { code, retryable, retryAfterMs } } } });
const lost = () => TRPCClientError.from(new TypeError('the connection was lost'));

/** A driver whose deliveries are answered by hand. */
function createWorld(options: Partial<OutboxDriverOptions> = {}) {
  const clock = createHandClock();
  const log = createRoomLog();
  const calls: {
    entry: OutboxEntry;
    signal: AbortSignal;
    answer: (message: Message) => void;
    refuse: (error: Error) => void;
  }[] = [];
  const delivered: Message[] = [];
  const onTokenExpired = vi.fn<() => void>();
  const driver = createOutboxDriver({
    deliver: (entry, signal) => new Promise((answer, refuse) => void calls.push({ entry, signal, answer, refuse })),
    onDelivered: (message) => delivered.push(message),
    onChange: () => undefined,
    onTokenExpired,
    ownUserId: me.id,
    slots: createSendSlots(),
    clock,
    storage: null,
    ...options,
  });
  let ids = 0;
  return {
    clock,
    log,
    calls,
    delivered,
    driver,
    onTokenExpired,
    send(text: string): string {
      const id = uuidOf(++ids);
      driver.add({ kind: 'send', id, text });
      return id;
    },
    /** The call that awaits its answer. */
    last: () => calls.at(-1) ?? expect.fail('nothing was sent'),
    /** The texts that were sent, in order. */
    texts: () => calls.map(({ entry }) => ('text' in entry ? entry.text : entry.kind)),
    async take() {
      const { entry, answer } = this.last();
      if (entry.kind === 'send') answer(log.send(me, entry.text, entry.id));
      await settled();
    },
    async refuse(error: Error) {
      this.last().refuse(error);
      await settled();
    },
    states: () => driver.get().entries.map(({ state }) => state),
  };
}

describe('the outbox', () => {
  test('S6: changes go out one after the other, and leave when they are acknowledged', async () => {
    const world = createWorld();
    for (const text of ['one', 'two']) world.send(text);
    world.driver.add({ kind: 'delete', id: uuidOf(99), messageId: uuidOf(1) });
    expect(world.calls).toHaveLength(0);

    world.driver.setPaused(false);
    await settled();
    expect(world.texts()).toEqual(['one']);
    await world.take();
    await world.take();
    expect(world.texts()).toEqual(['one', 'two', 'delete']);
    world.last().answer(world.log.remove(uuidOf(1)));
    await settled();
    expect(world.driver.get()).toEqual({ entries: [], inFlight: null });
    expect(world.delivered.map(({ isDeleted }) => isDeleted)).toEqual([false, false, true]);
  });

  test('S2, T6: a lost answer is asked for again under the same id, before anything later, with growing delays', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    const id = world.send('one');
    world.send('two');
    await settled();
    for (const ms of [500, 1000, 2000]) {
      await world.refuse(lost());
      const before = world.calls.length;
      await world.clock.turn(ms - 1);
      expect(world.calls).toHaveLength(before);
      await world.clock.turn(1);
      expect(world.last().entry.id).toBe(id);
    }
    await world.take();
    expect(world.texts()).toEqual(['one', 'one', 'one', 'one', 'two']);
  });

  test('S7: a refusal that passes waits as long as it says, one for good stays to be looked at and lets the next go', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    const id = world.send('one');
    world.send('two');
    await settled();
    await world.refuse(refusal('RATE_LIMITED', 'yes', 4000));
    await world.clock.turn(3999);
    expect(world.calls).toHaveLength(1);
    await world.clock.turn(1);
    await world.refuse(refusal('MESSAGE_TOO_LONG', 'no'));
    expect(world.driver.get().entries[0]).toMatchObject({ state: 'failed', failure: { code: 'MESSAGE_TOO_LONG' } });
    expect(world.texts()).toEqual(['one', 'one', 'two']);
    await world.take();

    world.driver.retry(id);
    await settled();
    expect(world.last().entry).toMatchObject({ id, state: 'sending', failure: null });
    await world.refuse(refusal('MESSAGE_TOO_LONG', 'no'));
    world.driver.discard(id);
    expect(world.driver.get().entries).toEqual([]);
  });

  test('T3: an answer that never comes is given up after 30 s, and the change is made again', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    world.send('one');
    await settled();
    await world.clock.turn(29_999);
    expect(world.calls[0]?.signal.aborted).toBe(false);
    await world.clock.turn(1 + 500);
    expect(world.calls[0]?.signal.aborted).toBe(true);
    expect(world.texts()).toEqual(['one', 'one']);
  });

  test('S2: a message that the stream shows before its answer leaves at once; the answer changes nothing more', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    const id = world.send('one');
    world.send('two');
    await settled();
    const [first] = world.calls;
    world.driver.confirm([world.log.send(me, 'one', id)]);
    await settled();
    expect(world.texts()).toEqual(['one', 'two']);
    first?.refuse(lost());
    await world.take();
    expect(world.driver.get()).toEqual({ entries: [], inFlight: null });
  });

  test('A3: an expired token asks for a fresh one and the change is made again, but not for ever', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    world.send('one');
    for (let expired = 1; expired <= 10; expired++) {
      expect(world.states()).toEqual(['sending']);
      await world.clock.turn(20_000);
      await world.refuse(refusal('TOKEN_EXPIRED', 'no'));
      expect(world.onTokenExpired).toHaveBeenCalledTimes(Math.min(expired, 9));
    }
    expect(world.states()).toEqual(['failed']);
  });

  test('what is in flight is not discarded, for the room may have it; what waits is', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    const [one, two] = [world.send('one'), world.send('two')];
    await settled();
    world.driver.discard(one);
    world.driver.discard(two);
    expect(world.driver.get().entries.map(({ id }) => id)).toEqual([one]);
  });

  test('going on after a pause tries at once, and a closed outbox tries nothing', async () => {
    const world = createWorld();
    world.driver.setPaused(false);
    world.send('one');
    await settled();
    await world.refuse(lost());
    world.driver.setPaused(true);
    await world.clock.turn(60_000);
    expect(world.calls).toHaveLength(1);
    world.driver.setPaused(false);
    await settled();
    expect(world.calls).toHaveLength(2);
    await world.refuse(lost());
    world.driver.close();
    await world.clock.turn(60_000);
    expect(world.calls).toHaveLength(2);
  });

  test('a reload loses nothing: the next page sends what this one could not, in order, and keeps what failed', async () => {
    const kept = createMemoryStorage();
    const first = createWorld({ storage: createOutboxStorage(kept, 'outbox:me:') });
    first.driver.setPaused(false);
    for (const text of ['refused', 'one', 'two', 'three']) first.send(text);
    await settled();
    await first.refuse(refusal('BANNED', 'no'));
    await first.take();
    first.driver.close();

    const storage = createOutboxStorage(kept, 'outbox:me:');
    const second = createWorld({ storage });
    expect(second.driver.get().entries).toEqual(first.driver.get().entries);
    second.driver.setPaused(false);
    await settled();
    await second.take();
    await second.take();
    expect(second.texts()).toEqual(['two', 'three']);
    expect(storage.load().map(({ state }) => state)).toEqual(['failed']);
  });

  test('a storage that is full or holds rubbish loses only what is kept, never a message', async () => {
    const kept = createMemoryStorage();
    for (const [key, value] of Object.entries({ a: '{', b: '1', c: '{"id":"c","kind":"send"}' }))
      kept.setItem(`p:${key}`, value);
    // What a page could not show: no sentence, no time, another's key.
    const entry = { id: 'd', kind: 'send', text: 'd', createdAt: 1, state: 'failed', failure: null };
    kept.setItem('p:d', JSON.stringify({ ...entry, failure: { code: null, message: {} } }));
    kept.setItem('p:e', JSON.stringify({ ...entry, id: 'e' }).replace('"createdAt":1', '"createdAt":1e999'));
    kept.setItem('p:f', JSON.stringify(entry));
    kept.setItem('other', '{}');
    kept.isFull = true;
    const world = createWorld({ storage: createOutboxStorage(kept, 'p:') });
    expect(world.driver.get().entries).toEqual([]);
    world.driver.setPaused(false);
    world.send('one');
    await settled();
    await world.take();
    expect(world.delivered).toHaveLength(1);
  });

  test('A5: over all rooms no more than 16 sends are in flight', async () => {
    const slots = createSendSlots();
    const rooms = Array.from({ length: 20 }, () => createWorld({ slots }));
    for (const room of rooms) {
      room.driver.setPaused(false);
      room.send('hello');
    }
    await settled();
    expect(rooms.filter(({ calls }) => calls.length > 0)).toHaveLength(16);
    for (const room of rooms) if (room.calls.length > 0) await room.take();
    for (const room of rooms.slice(16)) await room.take();
    expect(rooms.every(({ delivered }) => delivered.length === 1)).toBe(true);
  });

  test('S2, S6: in 500 random networks every message arrives once and in order', async () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = seededChoices(seed);
      const world = createWorld();
      const wanted: string[] = [];
      for (let step = 0; step < 30; step++) {
        if (random.chance(0.3)) world.send(wanted[wanted.push(`text ${wanted.length}`) - 1] ?? '');
        if (random.chance(0.2)) world.driver.setPaused(random.chance(0.5));
        await settled();
        const call = world.driver.get().inFlight ? world.last() : undefined;
        if (call === undefined || random.chance(0.2)) continue;
        if (random.chance(0.3)) await world.refuse(refusal('RATE_LIMITED', 'yes'));
        else {
          const message = world.log.send(me, call.entry.kind === 'send' ? call.entry.text : '', call.entry.id);
          if (random.chance(0.3)) await world.refuse(lost());
          else if (random.chance(0.4)) world.driver.confirm([message]);
          else await world.take();
        }
        await world.clock.turn(random.below(3000));
      }
      world.driver.setPaused(false);
      for (let round = 0; round < 200 && world.driver.get().entries.length > 0; round++) {
        await world.clock.turn(31_000);
        if (world.driver.get().inFlight) await world.take();
      }
      expect(world.driver.get().entries, `seed ${seed}`).toEqual([]);
      expect(
        world.log.bySeq().map(({ message }) => message),
        `seed ${seed}`,
      ).toEqual(wanted);
    }
  });
});
