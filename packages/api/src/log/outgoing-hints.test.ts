import { expect, test } from 'vitest';
import { buildMessage } from '../testing/index.ts';
import type { BusHint } from './bus-hint.ts';
import { toLogEvent } from './log-event.ts';
import { OutgoingHints } from './outgoing-hints.ts';

const logHint = (head: number, epoch = 'aaaaaaaaaaaa'): BusHint => {
  const event = toLogEvent({ epoch, seq: head }, 'message-received', { message: buildMessage(head) });
  return { kind: 'log', room: 'main-chat', epoch, head, events: [{ seq: head, event }] };
};
const head = (seq: number, epoch = 'aaaaaaaaaaaa') => ({ kind: 'log', room: 'main-chat', epoch, head: seq });

test('of a log the newest head waits, without events, however long the medium takes (R10)', () => {
  const outgoing = new OutgoingHints();
  for (const seq of [1, 2, 3, 5, 4]) outgoing.add(logHint(seq));
  expect(outgoing.takeAll()).toEqual([head(5)]);
  expect(outgoing.isEmpty).toBe(true);
  outgoing.add(logHint(7));
  outgoing.add(logHint(1, 'bbbbbbbbbbbb'));
  expect(outgoing.takeAll()).toEqual([head(1, 'bbbbbbbbbbbb')]);
});
