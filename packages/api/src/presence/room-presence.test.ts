import type { PresenceEvent, User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { RoomPresence } from './room-presence.ts';

function createRoom() {
  const clock = createFakeClock();
  const events: PresenceEvent[] = [];
  const at: number[] = [];
  const publish = (event: PresenceEvent): void => {
    events.push(event);
    at.push(clock.now());
  };
  const presence = new RoomPresence({ source: 'node-1', clock, publish });
  return { clock, events, at, presence, types: () => events.map(({ type }) => type) };
}

const user = (name: string): User => ({ id: `id-${name}`, username: name, name, isGuest: false });
const ann = user('ann');

test('three tabs join once, and leave once when the last has been gone for 10 s (P1)', () => {
  const { clock, events, presence } = createRoom();
  const tabs = [presence.enter(ann), presence.enter(ann), presence.enter(ann)];
  expect(events).toEqual([{ type: 'user-joined', user: ann, count: 1, version: { source: 'node-1', n: 1 } }]);

  for (const leave of tabs) {
    clock.advance(60_000);
    leave();
    leave();
  }
  clock.advance(9_999);
  expect(events).toHaveLength(1);
  expect(presence.list()).toEqual({ count: 1, users: [ann] });
  clock.advance(1);
  expect(events[1]).toEqual({ type: 'user-left', user: ann, count: 0, version: { source: 'node-1', n: 2 } });
  expect(presence.list()).toEqual({ count: 0, users: [] });
  expect(clock.pending).toBe(0);
});

test('a reconnect within the grace does not flap, however often it happens (P1)', () => {
  const { clock, events, presence } = createRoom();
  for (let round = 0; round < 20; round++) {
    const leave = presence.enter(ann);
    clock.advance(1_000);
    leave();
    clock.advance(9_000);
  }
  expect(events).toHaveLength(1);
  clock.advance(1_000);
  expect(events).toHaveLength(2);
});

test('polling counts for 15 s and the grace after it, and every poll begins anew (P1)', () => {
  const { clock, presence, types } = createRoom();
  presence.poll(ann);
  clock.advance(14_000);
  presence.poll(ann);
  clock.advance(24_999);
  expect(types()).toEqual(['user-joined']);
  clock.advance(1);
  expect(types()).toEqual(['user-joined', 'user-left']);
});

test('whoever polls and streams stays for as long as the longer of the two (P1)', () => {
  const { clock, presence, types } = createRoom();
  const leave = presence.enter(ann);
  presence.poll(ann);
  clock.advance(60_000);
  presence.poll(ann);
  leave();
  clock.advance(24_999);
  expect(types()).toEqual(['user-joined']);
  clock.advance(1);
  expect(types()).toEqual(['user-joined', 'user-left']);
});

test('every version is higher than the one before, and a state has the version of the last change (P3)', () => {
  const { clock, events, presence } = createRoom();
  for (const name of ['a', 'b', 'c']) {
    const leave = presence.enter(user(name));
    clock.advance(1_000);
    leave();
    clock.advance(10_000);
  }
  expect(events.map(({ version }) => version.n)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(presence.state()).toEqual({
    type: 'presence-state',
    count: 0,
    users: [],
    version: { source: 'node-1', n: 6 },
  });
});

test('ten changes a second are told one by one, more become a state at most once a second (P3)', () => {
  const { clock, events, at, presence, types } = createRoom();
  for (let index = 0; index < 10; index++) presence.enter(user(`early-${index}`));
  expect(types()).toEqual(Array.from({ length: 10 }, () => 'user-joined'));

  for (let tick = 0; tick < 300; tick++) {
    presence.enter(user(`late-${tick}`))();
    clock.advance(20);
  }
  const states = events.slice(10);
  const statesAt = at.slice(10);
  expect(states.every(({ type }) => type === 'presence-state')).toBe(true);
  expect(states.length).toBeGreaterThanOrEqual(6);
  statesAt.slice(1).forEach((time, index) => expect(time - (statesAt[index] ?? 0)).toBeGreaterThanOrEqual(1_000));
  clock.advance(1_000);
  expect(events.at(-1)).toMatchObject({ count: presence.size, version: { n: 310 } });
});

test('when it is quiet again, changes are told one by one again (P3)', () => {
  const { clock, presence, types, events } = createRoom();
  for (let index = 0; index < 20; index++) presence.enter(user(`crowd-${index}`));
  clock.advance(2_000);
  events.length = 0;
  presence.enter(ann);
  expect(types()).toEqual(['user-joined']);
});

test('over 200 people there are only states, with everyone counted and 200 of them named (P3)', () => {
  const { clock, events, presence, types } = createRoom();
  for (let index = 0; index < 200; index++) {
    presence.enter(user(`p-${index}`));
    clock.advance(1_000);
  }
  expect(new Set(types())).toEqual(new Set(['user-joined']));
  events.length = 0;
  const leave = presence.enter(ann);
  clock.advance(1_000);
  expect(events).toMatchObject([{ type: 'presence-state', count: 201 }]);
  expect(events[0]).toHaveProperty('users.length', 200);
  expect(presence.list()).toMatchObject({ count: 201, users: { length: 200 } });

  events.length = 0;
  leave();
  clock.advance(20_000);
  expect(types()).toEqual(['user-left']);
});

test('a name that has changed since is shown to whoever asks (P1, A9)', () => {
  const { presence } = createRoom();
  presence.enter(ann);
  presence.enter({ ...ann, name: 'Annabel' });
  expect(presence.list().users).toEqual([{ ...ann, name: 'Annabel' }]);
});

test('when a crowd on other nodes shrinks to people with names, those who were there all the time do not join (P1, P3)', () => {
  const { clock, events, presence } = createRoom();
  const people = Array.from({ length: 205 }, (_, index) => user(`p-${index}`));
  presence.setOthers(people.slice(0, 201), 205);
  clock.advance(10_000);
  const before = events.length;
  presence.setOthers(people.slice(6));
  clock.advance(10_000);
  expect(events.slice(before)).toMatchObject([{ type: 'presence-state', count: 199 }]);
});

test('closing leaves no timer, also none of a state that is due or of streams that end later (P1)', () => {
  const { clock, events, presence } = createRoom();
  const leave = presence.enter(ann);
  presence.enter(user('gone'))();
  presence.poll(user('poller'));
  for (let index = 0; index < 20; index++) presence.enter(user(`crowd-${index}`));
  presence.close();
  leave();
  expect(clock.pending).toBe(0);
  const told = events.length;
  clock.advance(60_000);
  expect(events).toHaveLength(told);
});
