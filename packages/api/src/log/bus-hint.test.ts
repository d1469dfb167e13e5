import { limits } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { buildMessage } from '../testing/build-message.ts';
import { type BusHint, decodeHint, encodeHint } from './bus-hint.ts';
import { toLogEvent } from './log-event.ts';

const place = { epoch: 'aaaaaaaaaaaa', seq: 1 };
const received = toLogEvent(place, 'message-received', { message: buildMessage(1) });
const banned = toLogEvent(place, 'member-banned', { userId: buildMessage(1).userId });
const hints: BusHint[] = [
  { kind: 'log', room: 'main-chat', epoch: place.epoch, head: 1 },
  { kind: 'log', room: 'main-chat', epoch: place.epoch, head: 1, events: [{ seq: 1, event: received }] },
  { kind: 'log', room: 'main-chat', epoch: place.epoch, head: 1, events: [{ seq: 1, event: banned }] },
  { kind: 'log', room: 'main-chat', epoch: place.epoch, head: 1, events: [{ seq: 1, event: undefined }] },
  { kind: 'presence', room: 'main-chat', from: 'node-1' },
  { kind: 'typing', room: 'main-chat', from: 'node-1', user: buildMessage(1).user, isTyping: true, isModerator: true },
];

test('what one node encodes another one reads, times and absent events included', () => {
  for (const hint of hints) expect(decodeHint(encodeHint(hint, 10_000))).toEqual(hint);
});

test('a hint that is too long goes without its events', () => {
  for (const hint of hints.slice(1, 4)) expect(decodeHint(encodeHint(hint, 20))).toEqual(hints[0]);
});

test.each(['', 'null', '{"json":{"kind":"dance","room":"main-chat"}}', '{"json":{"kind":"log","room":"No Slug"}}'])(
  'what is no hint is none: %s',
  (text) => {
    expect(decodeHint(text)).toBeUndefined();
  },
);

test('typing of somebody whose name is longer than names can be is no hint', () => {
  const longest = '😀'.repeat(limits.displayNameCodePoints);
  const typing = (name: string): BusHint => {
    const user = { ...buildMessage(1).user, name };
    return { kind: 'typing', room: 'main-chat', from: 'node-1', user, isTyping: true };
  };
  expect(decodeHint(encodeHint(typing(longest), 10_000))).toEqual(typing(longest));
  expect(decodeHint(encodeHint(typing(`${longest}!`), 10_000))).toBeUndefined();
});

const another = buildMessage(1, { room: 'side-room' });
test.each([
  ['of another seq', { seq: 2, event: received }],
  ['beyond the head', { seq: 4, event: undefined }],
  [
    'of another epoch',
    { seq: 1, event: toLogEvent({ ...place, epoch: 'bbbbbbbbbbbb' }, 'member-banned', { userId: another.userId }) },
  ],
  ['of another room', { seq: 1, event: toLogEvent(place, 'message-received', { message: another }) }],
  ['of a message written later', { seq: 1, event: toLogEvent(place, 'message-edited', { message: buildMessage(2) }) }],
  [
    'of a message not changed so late',
    { seq: 2, event: toLogEvent({ ...place, seq: 2 }, 'message-edited', { message: buildMessage(1) }) },
  ],
] as const)('events that cannot be of the log are no hint: %s (R10)', (_what, numbered) => {
  const hint: BusHint = { kind: 'log', room: 'main-chat', epoch: place.epoch, head: 3, events: [numbered] };
  expect(decodeHint(encodeHint(hint, 10_000))).toBeUndefined();
});
