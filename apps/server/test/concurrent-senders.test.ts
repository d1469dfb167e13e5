import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { collectEvents } from './collect-events.ts';
import { eventually } from './eventually.ts';
import { readRoom } from './read-room.ts';
import { startTestServer, type TestServer } from './start-test-server.ts';

// What takes some seconds on an idle machine takes its time on a busy one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const senders = 100;
const each = 50;
const inOneTick = 10;
const total = senders * each;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ logLevel: 'warn' });
});
afterAll(async () => server.close());

it('100 concurrent senders: one order, the same for everybody, each author in the order sent (R1, R4, S1, S6)', async () => {
  const followers = await Promise.all(
    (['websocket', 'sse', 'websocket', 'sse', 'websocket', 'sse'] as const).map(async (streams, index) => {
      const client = server.stockClient(await server.token({ sub: `follower ${index}` }), { streams });
      return { client, heard: collectEvents(client) };
    }),
  );
  await eventually(() => {
    expect(followers.map(({ heard }) => heard.events[0]?.data.type)).toEqual(followers.map(() => 'ready'));
  });

  const authors = await Promise.all(
    Array.from({ length: senders }, async (_, index) =>
      server.stockClient(await server.token({ sub: `author ${index}`, username: `author-${index}` }), {
        calls: 'websocket',
      }),
    ),
  );
  const answers = await Promise.all(
    authors.map(async ({ trpc }) => {
      const sent = [];
      for (let next = 0; next < each; next += inOneTick) {
        const frame = Array.from({ length: inOneTick }, async (_, index) =>
          trpc.chat.send.mutate({ message: String(next + index) }),
        );
        sent.push(...(await Promise.all(frame)));
      }
      return sent;
    }),
  );

  for (const sent of answers) {
    expect(sent.map(({ message }) => Number(message))).toEqual(sent.map((_, index) => index));
    expect(isRising(sent.map(({ seq }) => seq))).toBe(true);
  }
  const [reader] = authors;
  if (!reader) throw new Error('There is an author.');
  const { messages } = await readRoom(reader);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  expect(messages.every(({ createdAt }, index) => createdAt >= (messages[index - 1]?.createdAt ?? 0))).toBe(true);
  const acknowledged = answers.flat().toSorted((a, b) => a.seq - b.seq);
  expect(acknowledged.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));

  const inOrder = messages.map(({ id, version }) => `${version} ${id}`);
  for (const { heard } of followers) {
    await eventually(() => expect(heard.events.length).toBe(total + 1));
    expect(
      heard.events.flatMap(({ data }) => ('message' in data ? [`${data.message.version} ${data.message.id}`] : [])),
    ).toEqual(inOrder);
    expect(heard.failures).toEqual([]);
    heard.stop();
  }
  await Promise.all([...authors, ...followers.map(({ client }) => client)].map(async (client) => client.close()));
});

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}
