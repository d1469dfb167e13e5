import { expect, test, vi } from 'vitest';
import { startTestServer } from '../../server/test/start-test-server.ts';
import { runMentionBot } from './mention-bot.ts';

test('the bot answers who mentions it, also what came while it was away, and each once after a crash (R5, S2)', async () => {
  await using server = await startTestServer();
  await using ann = server.stockClient(await server.token({ sub: 'ann', name: 'Ann' }));
  const say = async (message: string) => ann.trpc.chat.send.mutate({ message });
  const readAnswers = async () => {
    const { messages } = await ann.trpc.chat.history.query({ limit: 100 });
    return messages.filter(({ user }) => user.username === 'echo').map(({ message }) => message);
  };
  const saved: string[] = [];
  const start = (at?: string) => {
    const stop = new AbortController();
    const ended = runMentionBot({
      url: `${server.url}/trpc`,
      getToken: async () => server.token({ sub: 'echo', username: 'echo', name: 'Echo' }),
      answer: (text) => `${text}? I am @echo myself.`,
      place: { read: () => at, save: (position) => saved.push(position) },
      signal: stop.signal,
    });
    return async () => {
      stop.abort();
      await ended;
    };
  };

  const stopFirst = start();
  await vi.waitFor(() => expect(saved).toHaveLength(1));
  await say('nothing for you');
  await say('@echo one');
  await vi.waitFor(async () => expect(await readAnswers()).toHaveLength(1));
  await vi.waitFor(() => expect(saved).toHaveLength(4));
  await stopFirst();

  await say('@echo two');
  await say('@echo three');
  // As if it had died before it saved that it had answered the first.
  const stopSecond = start(saved[1]);
  await vi.waitFor(async () => expect(await readAnswers()).toHaveLength(3));
  await vi.waitFor(async () => expect(saved.at(-1)).toBe((await ann.trpc.chat.history.query()).position));
  expect((await readAnswers()).map((text) => text.split('?')[0])).toEqual(['@echo one', '@echo two', '@echo three']);
  await stopSecond();
});
