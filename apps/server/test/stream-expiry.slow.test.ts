import { expect, it } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { startTestServer } from './start-test-server.ts';

it('an SSE stream falls silent when its token expires; a stock client makes a new one and misses nothing (A3, R5)', async () => {
  await using server = await startTestServer();
  const connectedAt: number[] = [];
  const heardBefore: number[] = [];
  let heardNow = (): number => 0;
  await using reader = server.stockClient(
    async () => {
      connectedAt.push(Date.now());
      heardBefore.push(heardNow());
      return server.token({ sub: 'eve', expiresIn: connectedAt.length === 1 ? 3 : 3600 });
    },
    { streams: 'sse' },
  );
  await using writer = server.stockClient(await server.token({ sub: 'ada' }));
  const heard = collectEvents(reader);
  heardNow = () => heard.texts().length;
  const sent: string[] = [];
  const say = async () => {
    const message = `message ${sent.length}`;
    await writer.trpc.chat.send.mutate({ message });
    sent.push(message);
  };
  await eventually(() => expect(heard.events[0]?.data.type).toBe('ready'));
  await say();
  await eventually(() => expect(heard.texts()).toEqual(sent));
  const beforeExpiry = sent.length;

  // Without a word from the server, ping or event, the client asks again after 20 s, and so with a fresh token.
  const start = connectedAt[0] ?? 0;
  await eventually(() => expect(Date.now()).toBeGreaterThan(start + 4_500));
  await say();
  await say();
  await eventually(() => expect(connectedAt).toHaveLength(2), 60_000);
  expect(heardBefore[1]).toBe(beforeExpiry);
  expect((connectedAt[1] ?? 0) - start).toBeGreaterThan(20_000);
  expect((connectedAt[1] ?? 0) - start).toBeLessThan(30_000);

  await say();
  await eventually(() => expect(heard.texts()).toEqual(sent));
  expect(heard.events).toHaveLength(sent.length + 1);
  expect(heard.failures).toEqual([]);
  expect(connectedAt).toHaveLength(2);
  heard.stop();
});
