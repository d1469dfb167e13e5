import { createChatClient } from '@folkmoot/client';
import { startFaultProxy } from '@folkmoot/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const rooms = { websocket: 'over-websocket', sse: 'over-sse' } as const;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ rooms: Object.values(rooms) });
});
afterAll(async () => server.close());

it.each(['websocket', 'sse'] as const)(
  'our own client over %s: cut off again and again it loses and doubles nothing, and asks for a fresh token (R5, S2, A3)',
  async (transport) => {
    const room = rooms[transport];
    const { hostname, port } = new URL(server.url);
    const proxy = await startFaultProxy({ host: hostname, port: Number(port) });
    let tokens = 0;
    const client = createChatClient({
      url: `http://127.0.0.1:${proxy.port}/trpc`,
      transport,
      getToken: async () => {
        tokens++;
        return server.token({ sub: 'ada', name: 'Ada' });
      },
    });
    await using other = server.stockClient(await server.token({ sub: 'grace', name: 'Grace' }), { calls: 'websocket' });
    const heard = collectEvents(client, { room });
    await eventually(() => expect(heard.events[0]?.data.type).toBe('ready'));
    expect((await client.trpc.auth.me.query()).name).toBe('Ada');
    expect(client.connection.get()).toBe('connected');

    const cuts = 4;
    const each = 20;
    for (let cut = 0; cut < cuts; cut++) {
      const before = tokens;
      await Promise.all(
        Array.from({ length: each }, async (_, index) =>
          other.trpc.chat.send.mutate({ room, message: `${cut} ${index}` }),
        ),
      );
      proxy.reset();
      await other.trpc.chat.send.mutate({ room, message: `while away ${cut}` });
      await eventually(() => expect(heard.texts().at(-1)).toBe(`while away ${cut}`));
      expect(tokens).toBeGreaterThan(before);
    }
    const own = await client.trpc.chat.send.mutate({ room, message: 'and still here' });
    expect(own.clientMessageId).not.toBeNull();
    await eventually(() => expect(heard.texts().at(-1)).toBe('and still here'));

    const { messages } = await readRoom(other, room);
    expect(messages).toHaveLength(cuts * (each + 1) + 1);
    expect(heard.texts()).toEqual(messages.map(({ message }) => message));
    expect(heard.events).toHaveLength(messages.length + 1);
    expect(heard.failures).toEqual([]);
    heard.stop();
    await client.close();
    await proxy.cut();
  },
);
