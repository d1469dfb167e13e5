import { createTestDatabase, startFaultProxy } from '@folkmoot/db/testing';
import { describe, expect, it, vi } from 'vitest';
import { createStockClient, startTestServer } from '../../test/start-test-server.ts';

const host = '127.0.0.1';

describe('a stop (T5)', () => {
  it.each(['websocket', 'sse'] as const)(
    'hands clients over to another node while they send, and no event is lost or doubled over %s (R5)',
    async (streams) => {
      await using database = await createTestDatabase();
      await using leaving = await startTestServer({ sharing: database, drainNoticeMs: 200, drainDeadlineMs: 8_000 });
      await using staying = await startTestServer({ sharing: database });
      await using proxy = await startFaultProxy({ host, port: leaving.port });
      const token = await leaving.token({ sub: 'ada' });
      const calls = streams === 'websocket' ? 'websocket' : 'http';
      await using client = createStockClient(`http://${host}:${proxy.port}`, token, { streams, calls });
      await using other = staying.stockClient(await staying.token({ sub: 'bob' }));

      const heard: string[] = [];
      client.trpc.chat.message.subscribe(
        {},
        { onData: ({ data }) => 'message' in data && heard.push(data.message.message) },
      );
      await client.trpc.auth.me.query();
      let isOver = false;
      const sent = (async () => {
        let count = 0;
        while (!isOver) await other.trpc.chat.send.mutate({ message: `${++count}` });
        return count;
      })();
      await vi.waitFor(() => expect(heard.length).toBeGreaterThan(3));

      proxy.retarget({ host, port: staying.port });
      await leaving.close();
      expect(await client.trpc.auth.me.query()).toMatchObject({ role: 'member' });
      isOver = true;
      const count = await sent;
      await vi.waitFor(() => expect(heard.at(-1)).toBe(String(count)), { timeout: 10_000 });
      const first = Number(heard[0]);
      expect(heard).toEqual(Array.from({ length: count - first + 1 }, (_, index) => String(first + index)));
    },
    60_000,
  );

  it('answers a write that is under way, closes sockets with 1012 and streams, and is over at once when alone', async () => {
    await using server = await startTestServer();
    await using client = server.stockClient(await server.token({ sub: 'ada' }), { calls: 'websocket' });
    await client.trpc.auth.me.query();
    const sends = Array.from({ length: 20 }, async (_, index) => client.trpc.chat.send.mutate({ message: `${index}` }));
    const results = Promise.allSettled(sends);
    await Promise.race(sends);
    const startedAt = performance.now();
    await server.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    for (const result of await results) expect(result.status).toBe('fulfilled');
    expect(client.closeCodes).toContain(1012);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('is one stop, however often it is asked for', async () => {
    const server = await startTestServer();
    await Promise.all([server.close(), server.close()]);
    expect(server.logged().filter(({ msg }) => msg === 'stopping')).toHaveLength(1);
  });
});
