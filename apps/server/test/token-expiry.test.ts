import { expect, it, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { openRawSocket } from './raw-socket.ts';
import { startTestServer } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

it('at expiry a call that is under way is answered, and then the socket is closed with 4401 (A3)', async () => {
  await using server = await startTestServer();
  const { sql } = server.database.connect();
  await sql`select 1`;
  const token = await server.token({ sub: 'eve', expiresIn: 3 });
  const socket = await openRawSocket(server.url, token);
  let closedWith: number | undefined;
  const closed = socket.closed.then((code) => (closedWith = code));
  const send = (id: number, message: string) =>
    socket.send({ id, method: 'mutation', params: { path: 'chat.send', input: { json: { message } } } });
  send(1, 'in time');
  await eventually(() => expect(socket.frames.join()).toContain('in time'));

  // Somebody holds the lock of the room, so that the call is under way when the token expires.
  await sql.begin(async (holder) => {
    await holder`select 1 from folkmoot.rooms where slug = 'main-chat' for update`;
    send(2, 'sent in time');
    await eventually(() => {
      expect(expiryOf(token)).toBeLessThan(Date.now() - 500);
    });
    send(3, 'too late');
    await eventually(() => expect(socket.frames.join()).toContain('TOKEN_EXPIRED'));
    expect(closedWith).toBeUndefined();
  });
  expect(await closed).toBe(4401);
  const answers = socket.frames.map((frame): { id?: number; result?: unknown } => JSON.parse(frame));
  expect(answers.find(({ id }) => id === 2)?.result).toMatchObject({ data: { json: { message: 'sent in time' } } });
  expect(answers.find(({ id }) => id === 3)).toMatchObject({
    error: { json: { data: { chat: { code: 'TOKEN_EXPIRED' } } } },
  });
});

it('a stock client comes back with a fresh token, time after time, and misses nothing (A3, R5)', async () => {
  await using server = await startTestServer();
  let tokens = 0;
  await using reader = server.stockClient(
    async () => server.token({ sub: 'eve', expiresIn: tokens++ < 2 ? 3 : 3600 }),
    { reconnectMs: 50 },
  );
  await using writer = server.stockClient(await server.token({ sub: 'ada' }), { calls: 'websocket' });
  const heard = collectEvents(reader);
  await eventually(() => expect(heard.events[0]?.data.type).toBe('ready'));
  const sent: string[] = [];
  while (reader.closeCodes.length < 2) {
    const message = `message ${sent.length}`;
    await writer.trpc.chat.send.mutate({ message });
    sent.push(message);
  }
  const last = await writer.trpc.chat.send.mutate({ message: 'the last' });
  await eventually(() => expect(heard.texts().at(-1)).toBe(last.message));
  expect(heard.texts()).toEqual([...sent, last.message]);
  expect(reader.closeCodes).toEqual([4401, 4401]);
  expect(heard.failures).toEqual([]);
  heard.stop();
});

function expiryOf(token: string): number {
  const claims: { exp: number } = JSON.parse(atob(token.split('.')[1] ?? ''));
  return claims.exp * 1000;
}
