import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { sendPatiently } from './send-patiently.ts';
import { createStockClient, signTestToken } from './start-test-server.ts';

export type ServerLoad = {
  /** How often a send had to be made again. */
  retries: () => number;
  /** Resolves when every sender and every stream has got on since the call; rejects when that takes too long. */
  progress: (withinMs: number) => Promise<void>;
  /** Lets the senders finish what they are at. Fails if one of them had to give up. */
  stopSending: () => Promise<void>;
  /** Nothing acknowledged is missing, nothing is there twice, and every stream had all of it once and in order. */
  expectNothingLost: () => Promise<void>;
  /** Codes with which sockets of the streams were closed. */
  closeCodes: () => number[];
  close: () => Promise<void>;
};

const senders = 10;
const pauseMs = 5;

/** People who keep sending and two who follow, over WebSocket and SSE, until told to stop. */
export async function startServerLoad(url: string): Promise<ServerLoad> {
  const followers = await Promise.all(
    (['websocket', 'sse'] as const).map(async (streams) => {
      const client = createStockClient(url, await signTestToken({ sub: streams }), { streams, reconnectMs: 100 });
      const heard = collectEvents(client);
      await eventually(() => expect(heard.events[0]?.data.type).toBe('ready'));
      return { client, heard };
    }),
  );
  const clients = await Promise.all(
    Array.from({ length: senders }, async (_, index) =>
      createStockClient(url, await signTestToken({ sub: `sender ${index}` }), { calls: 'websocket', reconnectMs: 100 }),
    ),
  );
  const acknowledged = new Map<string, string>();
  const counts = clients.map(() => 0);
  let [retries, isStopping] = [0, false];

  const sending = Promise.all(
    clients.map(async (client, sender) => {
      for (let index = 0; !isStopping; index++) {
        const message = `${sender} ${index}`;
        const { id } = await sendPatiently(client, { message }, { onRetry: () => retries++ });
        acknowledged.set(id, message);
        counts[sender] = index + 1;
        await sleep(pauseMs);
      }
    }),
  );
  // Reported by stopSending: until then nobody waits for it.
  sending.catch(() => {});

  return {
    retries: () => retries,
    async progress(withinMs) {
      const before = [...counts];
      // One more than is under way: that one was sent after the call.
      await eventually(
        () => expect(counts.every((count, index) => count > (before[index] ?? 0) + 1)).toBe(true),
        withinMs,
      );
      const sent = acknowledged.size;
      await eventually(() => {
        for (const { heard } of followers) expect(heard.events.length).toBeGreaterThanOrEqual(sent);
      }, withinMs);
    },
    async stopSending() {
      isStopping = true;
      await sending;
    },
    async expectNothingLost() {
      const [reader] = clients;
      if (!reader) throw new Error('There is a sender.');
      const { messages } = await readRoom(reader);
      expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, index) => index + 1));
      expect(new Map(messages.map(({ id, message }) => [id, message]))).toEqual(acknowledged);
      for (const { heard } of followers) {
        await eventually(() => expect(heard.events.length).toBeGreaterThan(messages.length), 20_000);
        expect(heard.texts()).toEqual(messages.map(({ message }) => message));
        expect(heard.events).toHaveLength(messages.length + 1);
        expect(heard.failures).toEqual([]);
      }
    },
    closeCodes: () => followers.flatMap(({ client }) => client.closeCodes),
    async close() {
      isStopping = true;
      await sending.catch(() => {});
      for (const { heard } of followers) heard.stop();
      await Promise.all([...clients, ...followers.map(({ client }) => client)].map(async (client) => client.close()));
    },
  };
}
