import { expect, it, vi } from 'vitest';
import { createOwnChatWorld, createTestStorage } from './own-chat-world.ts';
import { eventually } from './eventually.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

it('ten sends without network arrive in order, once, when it is back (S2, T6)', async () => {
  await using world = await createOwnChatWorld();
  const room = world.open();
  await world.connectedOver(room, 'websocket');
  room.send('before');
  await world.link.cut();
  const queued = Array.from({ length: 10 }, (_, index) => `queued ${index}`);
  for (const text of queued) room.send(text);
  await world.say('meanwhile');
  await eventually(() => expect(room.session.getSnapshot().isLive).toBe(false));
  expect(room.texts().slice(-10)).toEqual(queued.map((text) => `(${text})`));
  await world.link.restore();
  await world.expectWhole(room, ['before', ...queued]);
});

it('a server that restarts under sends and cuts costs no message (S1, S2, R5)', async () => {
  await using world = await createOwnChatWorld();
  const room = world.open();
  await world.connectedOver(room, 'websocket');
  const own: string[] = [];
  const send = (): void => {
    own.push(`mine ${own.length}`);
    room.send(own.at(-1) ?? '');
  };
  for (let round = 0; round < 3; round++) {
    for (let times = 0; times < 5; times++) send();
    if (round === 1) world.link.reset();
    const restart = world.restart(async () => send());
    send();
    await restart;
    await world.say(`theirs ${round}`);
    send();
  }
  await world.expectWhole(room, own);
});

it('a reload sends what was left, once, also what had arrived without an answer (S2)', async () => {
  await using world = await createOwnChatWorld();
  const storage = createTestStorage();
  const first = world.open({ storage });
  await world.connectedOver(first, 'websocket');
  // Long enough for the page to be closed between the effect and the answer.
  world.link.set({ delayMs: 2_000 });
  first.send('taken');
  first.send('left');
  await eventually(async () => expect((await world.read()).messages).toHaveLength(1));
  expect(first.texts()).toEqual(['(taken)', '(left)']);
  first.chat.close();
  world.link.set();

  const second = world.open({ storage });
  expect(second.texts()).toEqual(['(taken)', '(left)']);
  await world.expectWhole(second, ['taken', 'left']);
  expect(storage.length).toBe(0);
});

it('a room that is kept is shown at once and goes on from its position (R5)', async () => {
  await using world = await createOwnChatWorld();
  const roomStorage = createTestStorage();
  for (let n = 0; n < 60; n++) await world.say(`old ${n}`);
  const first = world.open({ roomStorage });
  await world.connectedOver(first, 'websocket');
  await eventually(() => expect(first.texts().at(-1)).toBe('old 59'));
  first.chat.close();
  await world.say('meanwhile');

  const second = world.open({ roomStorage });
  expect(second.texts().at(-1)).toBe('old 59');
  expect(second.session.getSnapshot()).toMatchObject({ isLoaded: true, isLive: false, hasOlder: true });
  await eventually(() => expect(second.texts().at(-1)).toBe('meanwhile'));
  for (let pages = 0; second.session.getSnapshot().hasOlder && pages < 5; pages++) {
    second.session.loadOlder();
    await eventually(() => expect(second.session.getSnapshot().isLoadingOlder).toBe(false));
  }
  await world.expectWhole(second, []);
});
