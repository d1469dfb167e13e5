import type { Message, MessageStreamEvent } from '@folkmoot/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type OutgoingMessage,
  addOutgoing,
  addPage,
  applyEvent,
  applyMessage,
  removeOutgoing,
  shownMessages,
  startTimeline,
  updateOutgoing,
} from './timeline.ts';

const me = '00000000-0000-4000-8000-000000000001';
const other = '00000000-0000-4000-8000-000000000002';
const at = new Date('2026-11-24T12:00:00Z');

function message(seq: number, change: Partial<Message> = {}): Message {
  const userId = change.userId ?? other;
  return {
    id: `10000000-0000-4000-8000-${String(seq).padStart(12, '0')}`,
    room: 'main-chat',
    userId,
    message: `text ${seq}`,
    seq,
    version: seq,
    editedAt: null,
    isDeleted: false,
    createdAt: at,
    updatedAt: at,
    clientMessageId: null,
    user: { id: userId, username: 'ada', name: 'Ada', isGuest: true },
    ...change,
  };
}

const received = (of: Message): MessageStreamEvent => ({
  type: 'message-received',
  position: `e.${of.seq}`,
  message: of,
});
const edited = (of: Message): MessageStreamEvent => ({
  type: 'message-edited',
  position: `e.${of.version}`,
  message: of,
});
const page = (messages: Message[], nextCursor: string | null = null) => ({ messages, nextCursor });
const outgoing = (clientMessageId: string): OutgoingMessage => ({
  clientMessageId,
  text: 'hello',
  createdAt: at,
  state: 'sending',
});
const texts = (timeline: Parameters<typeof shownMessages>[0]) => shownMessages(timeline).map((one) => one.message);

describe('the timeline (R3)', () => {
  test('R3: events go on from the snapshot, and a repeated one changes nothing', () => {
    let timeline = startTimeline(page([message(1), message(2)]), me);
    timeline = applyEvent(timeline, received(message(2)));
    timeline = applyEvent(timeline, received(message(3)));
    timeline = applyEvent(timeline, received(message(3)));
    expect(texts(timeline)).toEqual(['text 1', 'text 2', 'text 3']);
  });

  test('R3: messages stand in the order of seq, in whatever order they come', () => {
    let timeline = startTimeline(page([]), me);
    for (const seq of [5, 3, 9, 1, 7]) timeline = applyMessage(timeline, message(seq));
    expect(shownMessages(timeline).map((one) => one.seq)).toEqual([1, 3, 5, 7, 9]);
  });

  test('R3: an older version never replaces a newer one', () => {
    const newest = message(1, { version: 4, message: '', isDeleted: true });
    let timeline = startTimeline(page([newest]), me);
    timeline = applyEvent(timeline, edited(message(1, { version: 3, message: 'edited' })));
    timeline = applyEvent(timeline, received(message(1)));
    expect(shownMessages(timeline)).toEqual([newest]);
  });

  test('an edit of a message above the loaded pages shows no hole, and is not lost when its page comes late', () => {
    let timeline = startTimeline(page([message(10), message(11)], 'older'), me);
    timeline = applyEvent(timeline, edited(message(4, { version: 12, message: 'edited 4' })));
    expect(texts(timeline)).toEqual(['text 10', 'text 11']);

    // Read before the edit, arrived after its event.
    timeline = addPage(timeline, page([message(4), message(9)], 'oldest'));
    expect(texts(timeline)).toEqual(['edited 4', 'text 9', 'text 10', 'text 11']);
    expect(timeline.olderCursor).toBe('oldest');
    expect(addPage(timeline, page([])).olderCursor).toBeNull();
  });

  test('R1: event types without a message change nothing', () => {
    const timeline = startTimeline(page([message(1)]), me);
    expect(applyEvent(timeline, { type: 'ready', position: 'e.1' })).toBe(timeline);
    expect(applyEvent(timeline, { type: 'member-banned', position: 'e.2', userId: other })).toBe(timeline);
  });

  test('R3: any interleaving of snapshot, pages, events and answers folds into what the room holds', () => {
    const change = fc.record({ kind: fc.constantFrom('send', 'edit', 'delete'), target: fc.nat() });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.nat(),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        (changes, snapshotAt, pageSize, choices) => {
          const room = recordRoom(changes);
          const { events, states } = room;
          const start = snapshotAt % states.length;
          const choose = (): number => choices.next().value ?? 0;
          const readPage = (index: number, beforeSeq: number) => {
            const older = (states[index] ?? []).filter((one) => one.seq < beforeSeq);
            const messages = older.slice(-pageSize);
            return page(messages, older.length > messages.length ? 'more' : null);
          };

          let timeline = startTimeline(readPage(start, Infinity), me);
          let delivered = start;
          let pending: { from: number; at: number } | undefined;
          // A page is read at one time and arrives at a later one, while events come in between.
          while (delivered < events.length || timeline.olderCursor !== null || pending) {
            const choice = choose();
            if (choice === 0 && delivered < events.length) {
              const event = events[delivered++];
              if (event) timeline = applyEvent(timeline, event);
            } else if (choice === 1 && !pending && timeline.olderCursor !== null) {
              pending = { from: timeline.shownFromSeq, at: delivered };
            } else if (choice === 2 && pending) {
              timeline = addPage(timeline, readPage(pending.at, pending.from));
              pending = undefined;
            } else if (choice === 3) {
              // The answer to a mutation, or an event once more: any state that was true once and is not ahead.
              const earlier = events[delivered - 1];
              if (earlier) timeline = applyEvent(timeline, earlier);
            }
          }
          expect(shownMessages(timeline)).toEqual(states.at(-1));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is being sent (S2)', () => {
  test('S2: the confirmed message takes the place of the one on its way, by its clientMessageId', () => {
    let timeline = startTimeline(page([]), me);
    timeline = addOutgoing(addOutgoing(timeline, outgoing('a')), outgoing('b'));
    timeline = applyEvent(timeline, received(message(1, { userId: me, clientMessageId: 'a' })));
    expect(timeline.outgoing.map((one) => one.clientMessageId)).toEqual(['b']);
    expect(applyMessage(timeline, message(1, { userId: me, clientMessageId: 'a' })).outgoing).toHaveLength(1);
  });

  test("S2: someone else's message under the same id confirms nothing", () => {
    const timeline = addOutgoing(startTimeline(page([]), me), outgoing('a'));
    expect(applyMessage(timeline, message(1, { clientMessageId: 'a' })).outgoing).toHaveLength(1);
  });

  test('R6: reading the room anew keeps what waits, and drops what the snapshot confirms', () => {
    const before = addOutgoing(addOutgoing(startTimeline(page([message(1)]), me), outgoing('a')), outgoing('b'));
    const after = startTimeline(page([message(8, { userId: me, clientMessageId: 'a' })]), me, before.outgoing);
    expect(after.outgoing.map((one) => one.clientMessageId)).toEqual(['b']);
    expect(texts(after)).toEqual(['text 8']);
  });

  test('a failed message says why, and says it no more when it is tried again or discarded', () => {
    let timeline = addOutgoing(startTimeline(page([]), me), outgoing('a'));
    timeline = updateOutgoing(timeline, 'a', { state: 'failed', reason: 'Too long.' });
    expect(timeline.outgoing).toEqual([{ ...outgoing('a'), state: 'failed', reason: 'Too long.' }]);
    timeline = updateOutgoing(timeline, 'a', { state: 'sending' });
    expect(timeline.outgoing).toEqual([outgoing('a')]);
    expect(removeOutgoing(timeline, 'a').outgoing).toEqual([]);
  });
});

/** The events of a room's log and the room's messages after each of them. */
function recordRoom(changes: readonly { kind: string; target: number }[]) {
  const events: MessageStreamEvent[] = [];
  const states: Message[][] = [[]];
  for (const { kind, target } of changes) {
    const current = states.at(-1) ?? [];
    const version = events.length + 1;
    const chosen = current[target % Math.max(1, current.length)];
    if (kind === 'send' || !chosen || chosen.isDeleted) {
      const created = message(version);
      events.push(received(created));
      states.push([...current, created]);
      continue;
    }
    const changed: Message =
      kind === 'edit'
        ? { ...chosen, version, message: `edited ${version}`, editedAt: at }
        : { ...chosen, version, message: '', isDeleted: true };
    events.push(edited(changed));
    states.push(current.map((one) => (one.id === changed.id ? changed : one)));
  }
  return { events, states };
}
