import type { HintEvent, PresenceEvent, TypingEvent, User } from '@folkmoot/contract';
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { takeEvents } from '../testing/take-events.ts';
import { iterateSubscription } from '../live/iterate-subscription.ts';
import { HintChannel } from './hint-channel.ts';
import { createHintChannels } from './hint-channels.ts';

const user = (id: string): User => ({ id, username: id, name: id, isGuest: false });
const typing = (id: string, isTyping = true): TypingEvent => ({
  type: 'user-typing',
  room: 'main-chat',
  user: user(id),
  isTyping,
});
const joined = (n: number): PresenceEvent => ({
  type: 'user-joined',
  user: user(`u${n}`),
  count: n,
  version: { source: 's', n },
});

type HintKind = 'typing' | 'presence';

function ofKinds(kinds: HintKind[]) {
  return (event: HintEvent): event is HintEvent => kinds.includes(event.type === 'user-typing' ? 'typing' : 'presence');
}

function createChannel() {
  let n = 0;
  const channel = new HintChannel(() => ({ type: 'presence-state', count: n, users: [], version: { source: 's', n } }));
  const controller = new AbortController();
  const { signal } = controller;
  return {
    channel,
    controller,
    subscribe: (kinds: HintKind[], userId = 'me') =>
      iterateSubscription({
        open: (wake) => channel.subscribe({ accepts: ofKinds(kinds), userId, wake }),
        signal,
      }),
    join() {
      n++;
      channel.publish(joined(n));
    },
  };
}

test('with presence the state comes first, and what it holds already does not follow it (P1, P3)', async () => {
  const { subscribe, join } = createChannel();
  const stream = subscribe(['presence']);
  join();
  const first = stream.next();
  expect(await first).toMatchObject({ value: { type: 'presence-state', count: 1 } });
  join();
  expect(await stream.next()).toMatchObject({ value: { type: 'user-joined', count: 2 } });
  await stream.return();
});

test('each gets the kinds that they asked for, and nobody is told of their own typing (P4)', async () => {
  const { channel, subscribe, join } = createChannel();
  const both = subscribe(['typing', 'presence']);
  const mine = subscribe(['typing'], 'me');
  await both.next();
  const firstOfMine = mine.next();
  channel.publish(typing('me'));
  channel.publish(typing('you'));
  join();
  expect(await firstOfMine).toEqual({ done: false, value: typing('you') });
  expect((await takeEvents(both, 2)).map(({ type }) => type)).toEqual(['user-typing', 'user-joined']);
  await both.return();
  await mine.return();
});

test('a reader that does not read has at most a hundred hints waiting, and is told where things stand instead (P4, R9)', async () => {
  const { channel, subscribe, join } = createChannel();
  const slow = subscribe(['typing', 'presence']);
  const slowTyper = subscribe(['typing']);
  await slow.next();
  const first = slowTyper.next();
  channel.publish(typing('first'));
  await first;
  for (let index = 0; index < 10_050; index++) {
    channel.publish(typing(`typer-${index}`));
    join();
  }
  expect((await slow.next()).value).toMatchObject({ type: 'presence-state', count: 10_050 });

  const typed: string[] = [];
  channel.publish(typing('last'));
  for (;;) {
    const { value } = await slowTyper.next();
    if (value?.type === 'user-typing') typed.push(value.user.id);
    if (typed.at(-1) === 'last') break;
  }
  expect(typed.length).toBeLessThanOrEqual(101);
  await slow.return();
  await slowTyper.return();
});

test('a stream that is returned, aborted or never read leaves no entry and no listener behind', async () => {
  const { channel, controller, subscribe } = createChannel();
  subscribe(['typing', 'presence']);
  expect(channel.size).toBe(0);

  const returned = subscribe(['presence']);
  const aborted = subscribe(['typing']);
  await returned.next();
  const waiting = aborted.next();
  expect(channel.size).toBe(2);
  await returned.return();
  expect(channel.size).toBe(1);
  controller.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(channel.size).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('closing ends every stream, waiting or not (T5)', async () => {
  const { signal } = new AbortController();
  const channels = createHintChannels(() => ({
    type: 'presence-state',
    count: 0,
    users: [],
    version: { source: 's', n: 0 },
  }));
  const waiting = iterateSubscription({
    open: (wake) => channels.subscribe('main-chat', { accepts: ofKinds(['typing']), userId: 'a', wake }),
    signal,
  });
  const reading = iterateSubscription({
    open: (wake) => channels.subscribe('side-room', { accepts: ofKinds(['presence']), userId: 'a', wake }),
    signal,
  });
  const next = waiting.next();
  await reading.next();
  channels.close();
  expect(await next).toMatchObject({ done: true });
  expect(await reading.next()).toMatchObject({ done: true });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
