import { QueryClient } from '@tanstack/react-query';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { expect, test } from 'vitest';
import { createTestApi, person } from './testing/index.ts';

test('TanStack’s infinite queries page through a room, with the inputs as they send them (contract)', async () => {
  await using api = await createTestApi();
  const ann = person('ann');
  const { chat } = api.caller(ann);
  for (let index = 1; index <= 25; index++) await chat.send({ message: `message ${index}` });

  const queryClient = new QueryClient();
  const trpc = createTRPCOptionsProxy({ router: api.router, ctx: { identity: ann }, queryClient });
  const { pages } = await queryClient.infiniteQuery({
    ...trpc.chat.history.infiniteQueryOptions(
      { limit: 10 },
      { initialCursor: null, getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
    pages: 9,
  });
  expect(pages.map(({ messages }) => messages.length)).toEqual([5, 10, 10].toReversed());
  expect(pages.toReversed().flatMap(({ messages }) => messages.map(({ seq }) => seq))).toEqual(
    Array.from({ length: 25 }, (_, index) => index + 1),
  );

  for (const direction of ['forward', 'backward', null] as const) {
    const page = await chat.history({ limit: 10, cursor: null, direction, page: null, around: null });
    expect(page).toEqual(pages[0]);
  }
});
