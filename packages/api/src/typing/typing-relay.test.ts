import { limits, type TypingEvent, type User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createTypingRelay } from './typing-relay.ts';

const room = 'main-chat';
const user = (id: string): User => ({ id, username: id, name: id, isGuest: false });
const ann = user('ann');

function createWorld() {
  const clock = createFakeClock();
  const events: TypingEvent[] = [];
  const relay = createTypingRelay({ clock, publish: (_room, event) => events.push(event) });
  return { clock, relay, told: () => events.splice(0).map((event) => `${event.user.id} ${event.isTyping}`) };
}

test('typing is told once a second, however often it is signalled (P4)', () => {
  const { clock, relay, told } = createWorld();
  for (let signal = 0; signal < 100; signal++) relay.set(room, ann, true);
  expect(told()).toEqual(['ann true']);
  clock.advance(limits.typingThrottleMs - 1);
  relay.set(room, ann, true);
  expect(told()).toEqual([]);
  clock.advance(1);
  relay.set(room, ann, true);
  expect(told()).toEqual(['ann true']);
});

test('the end of typing is never held back, and is told once (P4)', () => {
  const { clock, relay, told } = createWorld();
  relay.set(room, ann, false);
  expect(told()).toEqual([]);
  relay.set(room, ann, true);
  relay.set(room, ann, false);
  relay.set(room, ann, false);
  expect(told()).toEqual(['ann true', 'ann false']);
  clock.advance(limits.typingThrottleMs);
  relay.set(room, ann, true);
  relay.arrived(room, 'ann');
  relay.arrived(room, 'ann');
  expect(told()).toEqual(['ann true', 'ann false']);
});

test('typing ends by itself 6 s after the last signal that was told (P4)', () => {
  const { clock, relay, told } = createWorld();
  relay.set(room, ann, true);
  clock.advance(5_000);
  relay.set(room, ann, true);
  told();
  clock.advance(limits.typingExpiryMs - 1);
  expect(told()).toEqual([]);
  clock.advance(1);
  expect(told()).toEqual(['ann false']);
  expect(clock.pending).toBe(0);
});

test('a room shows ten typers at a time, and the next one when there is room (P4)', () => {
  const { relay, told } = createWorld();
  for (let index = 0; index < 15; index++) relay.set(room, user(`u${index}`), true);
  expect(told()).toHaveLength(10);
  relay.set('side-room', user('u14'), true);
  expect(told()).toEqual(['u14 true']);
  relay.set(room, user('u0'), false);
  relay.set(room, user('u12'), true);
  expect(told()).toEqual(['u0 false', 'u12 true']);
});

test('rooms and people are throttled apart (P4)', () => {
  const { relay, told } = createWorld();
  relay.set(room, ann, true);
  relay.set('side-room', ann, true);
  relay.set(room, user('bob'), true);
  expect(told()).toEqual(['ann true', 'ann true', 'bob true']);
  relay.arrived('side-room', 'ann');
  expect(told()).toEqual(['ann false']);
});

test('nothing is kept of those who stopped, and closing leaves no timer (P4)', () => {
  const { clock, relay } = createWorld();
  for (let index = 0; index < 1_000; index++) relay.set(`room-${index}`, ann, true);
  clock.advance(limits.typingExpiryMs);
  expect(clock.pending).toBe(0);
  relay.set(room, ann, true);
  relay.close();
  expect(clock.pending).toBe(0);
});
