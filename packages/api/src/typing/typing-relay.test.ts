import { limits, type TypingEvent, type User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createTypingRelay, type TypingSignal } from './typing-relay.ts';

const room = 'main-chat';
const user = (id: string): User => ({ id, username: id, name: id, isGuest: false });
const ann = user('ann');
const typing = (who: User, isTyping = true): TypingSignal => ({ user: who, isTyping, isModerator: false });

function createWorld() {
  const clock = createFakeClock();
  const events: TypingEvent[] = [];
  const relay = createTypingRelay({ clock, publish: (_room, event) => events.push(event) });
  return { clock, relay, told: () => events.splice(0).map((event) => `${event.user.id} ${event.isTyping}`) };
}

test('typing is told once a second, however often it is signalled (P4)', () => {
  const { clock, relay, told } = createWorld();
  for (let signal = 0; signal < 100; signal++) relay.set(room, typing(ann));
  expect(told()).toEqual(['ann true']);
  clock.advance(limits.typingThrottleMs - 1);
  relay.set(room, typing(ann));
  expect(told()).toEqual([]);
  clock.advance(1);
  relay.set(room, typing(ann));
  expect(told()).toEqual(['ann true']);
});

test('the end of typing is never held back, and is told once (P4)', () => {
  const { clock, relay, told } = createWorld();
  relay.set(room, typing(ann, false));
  expect(told()).toEqual([]);
  relay.set(room, typing(ann));
  relay.set(room, typing(ann, false));
  relay.set(room, typing(ann, false));
  expect(told()).toEqual(['ann true', 'ann false']);
  clock.advance(limits.typingThrottleMs);
  relay.set(room, typing(ann));
  relay.arrived(room, 'ann');
  relay.arrived(room, 'ann');
  expect(told()).toEqual(['ann true', 'ann false']);
});

test('typing ends by itself 6 s after the last signal that was told (P4)', () => {
  const { clock, relay, told } = createWorld();
  relay.set(room, typing(ann));
  clock.advance(5_000);
  relay.set(room, typing(ann));
  told();
  clock.advance(limits.typingExpiryMs - 1);
  expect(told()).toEqual([]);
  clock.advance(1);
  expect(told()).toEqual(['ann false']);
  expect(clock.pending).toBe(0);
});

test('a room shows ten typers at a time, and the next one when there is room (P4)', () => {
  const { relay, told } = createWorld();
  for (let index = 0; index < 15; index++) relay.set(room, typing(user(`u${index}`)));
  expect(told()).toHaveLength(10);
  relay.set('side-room', typing(user('u14')));
  expect(told()).toEqual(['u14 true']);
  relay.set(room, typing(user('u0'), false));
  relay.set(room, typing(user('u12')));
  expect(told()).toEqual(['u0 false', 'u12 true']);
});

test('rooms and people are throttled apart (P4)', () => {
  const { relay, told } = createWorld();
  relay.set(room, typing(ann));
  relay.set('side-room', typing(ann));
  relay.set(room, typing(user('bob')));
  expect(told()).toEqual(['ann true', 'ann true', 'bob true']);
  relay.arrived('side-room', 'ann');
  expect(told()).toEqual(['ann false']);
});

test('nothing is kept of those who stopped, and closing leaves no timer (P4)', () => {
  const { clock, relay } = createWorld();
  for (let index = 0; index < 1_000; index++) relay.set(`room-${index}`, typing(ann));
  clock.advance(limits.typingExpiryMs);
  expect(clock.pending).toBe(0);
  relay.set(room, typing(ann));
  relay.close();
  expect(clock.pending).toBe(0);
});
