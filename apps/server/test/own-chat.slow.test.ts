import { expect, it, vi } from 'vitest';
import { createOwnChatWorld } from './own-chat-world.ts';
import { eventually } from './eventually.ts';

it('our chat goes over SSE where no WebSocket gets through, polls where no stream does, and comes back (T2, R5)', async () => {
  await using world = await createOwnChatWorld();
  await world.say('before');
  world.proxy.block({ webSockets: true });
  const room = world.open();
  room.send('while connecting');
  await world.connectedOver(room, 'sse');
  await world.say('over SSE');
  room.send('mine over SSE');
  await world.expectWhole(room, ['while connecting', 'mine over SSE']);

  world.proxy.block({ webSockets: true, eventStreams: true });
  world.link.reset();
  room.send('while nothing streams');
  await world.say('while nothing streams');
  await world.connectedOver(room, 'polling');
  await world.say('polled');
  room.send('mine, polling');
  const own = ['while connecting', 'mine over SSE', 'while nothing streams', 'mine, polling'];
  await world.expectWhole(room, own);

  world.proxy.block({});
  await world.connectedOver(room, 'websocket');
  await world.say('over WebSocket');
  room.send('mine over WebSocket');
  await world.expectWhole(room, [...own, 'mine over WebSocket']);
});

it('at its expiry a token is replaced, time after time, and no message of either side is lost (A3)', async () => {
  await using world = await createOwnChatWorld();
  let tokens = 0;
  const room = world.open({
    getToken: async () => world.server().token({ sub: 'ada', name: 'Ada', expiresIn: tokens++ < 6 ? 2 : 3600 }),
  });
  await world.connectedOver(room, 'websocket');
  const own: string[] = [];
  await vi.waitUntil(
    async () => {
      own.push(`mine ${own.length}`);
      room.send(own.at(-1) ?? '');
      await world.say(`theirs ${own.length}`);
      return tokens > 6;
    },
    { timeout: 60_000, interval: 100 },
  );
  await world.expectWhole(room, own);
});

it('over SSE, too, a token that expires is replaced, and the chat stays on SSE (A3)', async () => {
  await using world = await createOwnChatWorld();
  world.proxy.block({ webSockets: true });
  let isShort = true;
  let expiresAt = 0;
  const room = world.open({
    async getToken() {
      if (!isShort) return world.server().token({ sub: 'ada', name: 'Ada' });
      expiresAt = Date.now() + 4_000;
      return world.server().token({ sub: 'ada', name: 'Ada', expiresIn: 4 });
    },
  });
  await world.connectedOver(room, 'sse');
  isShort = false;
  room.send('before');
  await world.say('before');
  // The stream falls silent at the expiry, and is taken up 20 s later.
  await eventually(() => expect(Date.now()).toBeGreaterThan(expiresAt + 2_000));
  room.send('mine, while it is silent');
  await world.say('while it is silent');
  await eventually(() => expect(room.texts()).toContain('while it is silent'), 60_000);
  await world.connectedOver(room, 'sse');
  await world.expectWhole(room, ['before', 'mine, while it is silent']);
});

it.each(['websocket', 'sse', 'polling'] as const)(
  'over %s a stream and a send that bring an expired token go on with a fresh one (A3)',
  async (transport) => {
    await using world = await createOwnChatWorld();
    await world.say('before');
    world.proxy.block({ webSockets: transport !== 'websocket', eventStreams: transport === 'polling' });
    let isFresh = true;
    let expired = 0;
    const room = world.open({
      getToken: async () => {
        if (!isFresh) expired++;
        return world.server().token({ sub: 'ada', name: 'Ada', expiresIn: isFresh ? 3600 : -60 });
      },
    });
    await world.connectedOver(room, transport);
    isFresh = false;
    world.link.reset();
    room.send('mine');
    await world.say('theirs');
    // More than once: the connection asks, is refused and asks again.
    await eventually(() => expect(expired).toBeGreaterThan(2), 30_000);
    isFresh = true;
    await world.connectedOver(room, transport);
    await world.expectWhole(room, ['mine']);
  },
);
