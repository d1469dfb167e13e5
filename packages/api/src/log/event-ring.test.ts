import type { Message } from '@folkmoot/contract';
import { describe, expect, test } from 'vitest';
import { buildMessage } from '../testing/build-message.ts';
import { EventRing } from './event-ring.ts';
import { type NumberedEvent, toLogEvent } from './log-event.ts';

function numbered(seq: number, type = 'message-received', message: Message = buildMessage(seq)): NumberedEvent {
  return { seq, event: toLogEvent({ epoch: 'aaaaaaaaaaaa', seq }, type, { message }) };
}

function fill(ring: EventRing, from: number, to: number): void {
  for (let seq = from; seq <= to; seq++) ring.push(numbered(seq));
}

const seqsOf = (events: NumberedEvent[] | undefined) => events?.map(({ seq }) => seq);

test('an empty ring holds nothing and says so (R5)', () => {
  const ring = new EventRing();
  expect(ring.firstSeq).toBeUndefined();
  expect(ring.after(1 - 1, 1)?.[0]).toBeUndefined();
  expect(ring.after(0)).toBeUndefined();
});

test('a ring that begins in the middle of the log knows where (R5)', () => {
  const ring = new EventRing();
  fill(ring, 101, 105);
  expect(ring.after(100 - 1, 1)?.[0]).toBeUndefined();
  expect(ring.after(101 - 1, 1)?.[0]?.seq).toBe(101);
  expect(ring.after(106 - 1, 1)?.[0]).toBeUndefined();
  expect(ring.after(99)).toBeUndefined();
  expect(seqsOf(ring.after(100))).toEqual([101, 102, 103, 104, 105]);
  expect(seqsOf(ring.after(104))).toEqual([105]);
  expect(ring.after(105)).toEqual([]);
  expect(ring.after(200)).toEqual([]);
});

test('over its number of events the oldest fall out, and what remains has no hole (R9)', () => {
  const ring = new EventRing({ maxEvents: 10, maxBytes: 1e9 });
  for (let seq = 1; seq <= 100; seq++) {
    ring.push(numbered(seq));
    const first = Math.max(1, seq - 9);
    expect(ring.firstSeq).toBe(first);
    expect(seqsOf(ring.after(first - 1))).toEqual(Array.from({ length: seq - first + 1 }, (_, i) => first + i));
    expect(ring.after(first - 1 - 1, 1)?.[0]).toBeUndefined();
    expect(ring.after(seq - 1, 1)?.[0]?.seq).toBe(seq);
  }
});

test('over its bytes the oldest fall out, but never the newest (R9)', () => {
  const ring = new EventRing({ maxEvents: 1_000, maxBytes: 30_000 });
  for (let seq = 1; seq <= 50; seq++) {
    ring.push(numbered(seq, 'message-received', buildMessage(seq, { message: 'x'.repeat(5_000) })));
  }
  expect(seqsOf(ring.after(48))).toEqual([49, 50]);
  expect(ring.after(47)).toBeUndefined();
  ring.push(numbered(51, 'message-received', buildMessage(51, { message: 'x'.repeat(100_000) })));
  expect(ring.firstSeq).toBe(51);
});

test('a cleared ring starts anew anywhere (R6)', () => {
  const ring = new EventRing({ maxEvents: 3, maxBytes: 1e9 });
  fill(ring, 1, 5);
  ring.clear();
  expect(ring.after(5)).toBeUndefined();
  fill(ring, 50, 51);
  expect(seqsOf(ring.after(49))).toEqual([50, 51]);
});

describe('when a message is deleted', () => {
  const written = buildMessage(1, { message: 'a secret' });
  const edited = buildMessage(1, { message: 'still a secret', version: 3 });
  const tombstone = buildMessage(1, { message: '', isDeleted: true, version: 4 });

  function ringWithDelete(maxEvents = 100): EventRing {
    const ring = new EventRing({ maxEvents, maxBytes: 1e9 });
    ring.push(numbered(1, 'message-received', written));
    ring.push(numbered(2));
    ring.push(numbered(3, 'message-edited', edited));
    ring.push(numbered(4, 'message-deleted', tombstone));
    return ring;
  }

  test('its text is gone from all its events, whose types and positions stay (R8)', () => {
    const ring = ringWithDelete();
    expect(JSON.stringify(ring.after(0))).not.toContain('secret');
    expect(ring.after(0)).toEqual([
      numbered(1, 'message-received', tombstone),
      numbered(2),
      numbered(3, 'message-edited', tombstone),
      numbered(4, 'message-deleted', tombstone),
    ]);
  });

  test('what was taken from the ring before is not altered (R8)', () => {
    const ring = new EventRing();
    ring.push(numbered(1, 'message-received', written));
    const taken = ring.after(1 - 1, 1)?.[0];
    ring.push(numbered(2, 'message-deleted', { ...tombstone, version: 2 }));
    expect(taken).toEqual(numbered(1, 'message-received', written));
  });

  test('events that have fallen out by then do no harm (R8)', () => {
    const ring = ringWithDelete(2);
    expect(ring.after(2)).toEqual([
      numbered(3, 'message-edited', tombstone),
      numbered(4, 'message-deleted', tombstone),
    ]);
  });

  test('the bytes of the text are given back (R9)', () => {
    const ring = new EventRing({ maxEvents: 100, maxBytes: 20_000 });
    const large = buildMessage(1, { message: 'x'.repeat(5_000) });
    ring.push(numbered(1, 'message-received', large));
    ring.push(numbered(2, 'message-deleted', { ...large, message: '', isDeleted: true, version: 2 }));
    ring.push(numbered(3, 'message-received', buildMessage(3, { message: 'x'.repeat(5_000) })));
    expect(ring.firstSeq).toBe(1);
  });
});

test('events without a message and events of unknown types take their place (R1)', () => {
  const ring = new EventRing();
  ring.push({ seq: 1, event: { type: 'member-banned', position: 'aaaaaaaaaaaa.1', userId: buildMessage(1).userId } });
  ring.push({ seq: 2, event: undefined });
  ring.push(numbered(3, 'message-deleted', buildMessage(3, { message: '', isDeleted: true })));
  expect(seqsOf(ring.after(0))).toEqual([1, 2, 3]);
});

describe('events of the log that are put before those held', () => {
  const older = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => numbered(from + index));

  test('make the ring reach further back, also an empty one (R5)', () => {
    const ring = new EventRing();
    ring.prepend(older(6, 8));
    fill(ring, 9, 10);
    ring.prepend(older(2, 5));
    expect(seqsOf(ring.after(1))).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([ring.holdsAfter(1), ring.holdsAfter(0), ring.isFull]).toEqual([true, false, false]);
  });

  test('are the newest that find room, and the ring says that it is full (R9)', () => {
    const ring = new EventRing({ maxEvents: 5, maxBytes: 1e9 });
    fill(ring, 9, 10);
    ring.prepend(older(1, 8));
    expect([ring.firstSeq, ring.isFull]).toEqual([6, true]);
    fill(ring, 11, 20);
    expect(seqsOf(ring.after(15))).toEqual([16, 17, 18, 19, 20]);
  });

  test('lose the text of what was deleted after they were read (R8)', () => {
    const ring = new EventRing();
    const secret = buildMessage(1, { message: 'a secret' });
    ring.push(numbered(3, 'message-deleted', { ...secret, message: '', isDeleted: true, version: 3 }));
    ring.prepend([numbered(1, 'message-received', secret), numbered(2)]);
    expect(seqsOf(ring.after(0))).toEqual([1, 2, 3]);
    expect(JSON.stringify(ring.after(0))).not.toContain('secret');
  });

  test('lose it too when it is deleted later, wherever they stand by then (R8)', () => {
    const ring = new EventRing({ maxEvents: 6, maxBytes: 1e9 });
    const secret = buildMessage(3, { message: 'a secret' });
    ring.push(numbered(5, 'message-edited', secret));
    ring.prepend([numbered(1), numbered(2), numbered(3, 'message-received', secret), numbered(4)]);
    fill(ring, 6, 8);
    ring.push(numbered(9, 'message-deleted', { ...secret, message: '', isDeleted: true, version: 9 }));
    expect(seqsOf(ring.after(3))).toEqual([4, 5, 6, 7, 8, 9]);
    expect(JSON.stringify(ring.after(3))).not.toContain('secret');
  });
});

test('a delete touches only the events of its message, however many are held', () => {
  const ring = new EventRing();
  fill(ring, 1, 4_000);
  const before = ring.after(0) ?? [];
  ring.push(
    numbered(4_001, 'message-deleted', { ...buildMessage(2_000), message: '', isDeleted: true, version: 4_001 }),
  );
  const after = ring.after(0) ?? [];
  expect(before.filter((held, index) => held !== after[index]).map(({ seq }) => seq)).toEqual([2_000]);
  expect(ring.findDeleted(buildMessage(2_000).id)?.version).toBe(4_001);
  expect(ring.findDeleted(buildMessage(1).id)).toBeUndefined();
});
