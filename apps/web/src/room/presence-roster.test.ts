import type { PresenceEvent, User } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { applyPresence, emptyRoster } from './presence-roster.ts';

const user = (name: string): User => ({ id: `id-${name}`, username: name, name, isGuest: true });
const state = (source: string, n: number, ...names: string[]): PresenceEvent => ({
  type: 'presence-state',
  count: names.length,
  users: names.map(user),
  version: { source, n },
});
const change = (type: 'user-joined' | 'user-left', name: string, count: number, version: string): PresenceEvent => {
  const [source = '', n] = version.split('.');
  return { type, user: user(name), count, version: { source, n: Number(n) } };
};
const names = (events: PresenceEvent[]) => {
  const roster = events.reduce(applyPresence, emptyRoster);
  return [roster.count, ...roster.users.map(({ name }) => name)];
};

test('P3: people come and go after the state', () => {
  expect(names([state('a', 3, 'ada'), change('user-joined', 'bob', 2, 'a.4')])).toEqual([2, 'ada', 'bob']);
  expect(names([state('a', 3, 'ada', 'bob'), change('user-left', 'ada', 1, 'a.4')])).toEqual([1, 'bob']);
});

test('P3: a join that comes twice shows one person', () => {
  const join = change('user-joined', 'bob', 2, 'a.4');
  expect(names([state('a', 3, 'ada'), join, join])).toEqual([2, 'ada', 'bob']);
});

test('P3: a join or leave of another source, or an older one, is ignored', () => {
  expect(names([state('a', 3, 'ada'), change('user-left', 'ada', 0, 'a.2')])).toEqual([1, 'ada']);
  expect(names([state('a', 3, 'ada'), change('user-left', 'ada', 0, 'b.9')])).toEqual([1, 'ada']);
  expect(names([change('user-joined', 'ada', 1, 'a.1')])).toEqual([0]);
});

test('P3: a state is always taken, whatever came before', () => {
  expect(names([state('a', 9, 'ada', 'bob'), state('b', 1, 'cy')])).toEqual([1, 'cy']);
  expect(names([state('a', 9, 'ada', 'bob'), state('a', 1, 'cy')])).toEqual([1, 'cy']);
});
