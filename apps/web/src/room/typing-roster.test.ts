import type { TypingEvent } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { type TypingRoster, applyTyping, expireTyping, stopTyping } from './typing-roster.ts';

const event = (id: string, isTyping: boolean): TypingEvent => ({
  type: 'user-typing',
  room: 'main-chat',
  user: { id, username: id, name: id, isGuest: true },
  isTyping,
});
const ids = (roster: TypingRoster) => roster.map(({ user }) => user.id);

test('P4: someone types until they stop or six seconds after their last signal', () => {
  let roster = applyTyping(applyTyping([], event('ada', true), 0), event('bob', true), 1000);
  expect(ids(roster)).toEqual(['ada', 'bob']);
  roster = applyTyping(roster, event('ada', true), 4000);
  expect(ids(expireTyping(roster, 6999))).toEqual(['bob', 'ada']);
  expect(ids(expireTyping(roster, 7000))).toEqual(['ada']);
  expect(ids(applyTyping(roster, event('ada', false), 5000))).toEqual(['bob']);
});

test('P4: typing ends when the message arrives', () => {
  const roster = applyTyping([], event('ada', true), 0);
  expect(stopTyping(roster, 'ada')).toEqual([]);
  expect(stopTyping(roster, 'bob')).toBe(roster);
});
