import { expect, test } from 'vitest';
import { createFakeClock, createTestApi, person, readStream, type TestApi } from '../testing/index.ts';

const refusal = (error: unknown) => (error instanceof Error ? error.cause : error);
const limited = (retryAfterMs: number) => ({ code: 'RATE_LIMITED', retryAfterMs, retryable: 'yes' });

/** How many of the calls were let in, and what the others were refused with. */
async function count(calls: Promise<unknown>[]) {
  const results = await Promise.allSettled(calls);
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? [refusal(result.reason)] : []));
  return { letIn: results.length - refusals.length, refusals };
}
const times = <Value>(total: number, call: (index: number) => Value) =>
  Array.from({ length: total }, (_, index) => call(index));
const create = async (): Promise<TestApi & { clock: ReturnType<typeof createFakeClock> }> => {
  const clock = createFakeClock();
  return Object.assign(await createTestApi({ clock, rateLimits: true }), { clock });
};

test('60 writes at once and 10 a second, sends, edits and deletes together, for each user (A6)', async () => {
  await using api = await create();
  const ann = api.caller(person('ann'));
  const sent = await ann.chat.send({ message: 'first' });
  const mixed = await count([
    ...times(30, (index) => ann.chat.send({ message: `s${index}` })),
    ...times(30, (index) => api.caller(person('ann')).chat.edit({ messageId: sent.id, message: `e${index}` })),
  ]);
  expect(mixed.letIn).toBe(59);
  expect(mixed.refusals).toMatchObject([limited(100)]);
  await expect(ann.chat.delete({ messageId: sent.id })).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  await api.caller(person('bob')).chat.send({ message: 'not limited' });
  await ann.chat.history({});

  api.clock.advance(1_000);
  expect((await count(times(11, () => ann.chat.send({ message: 'x' })))).letIn).toBe(10);
});

test('100 reads at once and 20 a second for each user, typing among them (A6)', async () => {
  await using api = await create();
  const ann = api.caller(person('ann'));
  const first = await count([
    ...times(50, () => ann.chat.rooms()),
    ...times(30, () => ann.chat.online()),
    ...times(25, (index) => ann.chat.setTyping({ isTyping: index % 2 === 0 })),
  ]);
  expect(first.letIn).toBe(100);
  expect(first.refusals[0]).toMatchObject(limited(50));
  await ann.chat.send({ message: 'writes have a bucket of their own' });
  api.clock.advance(1_000);
  expect((await count(times(25, () => ann.chat.rooms()))).letIn).toBe(20);
});

test('nobody is limited by address, of the signed-in; the anonymous are, where the host says which (A6)', async () => {
  await using api = await create();
  const address = '192.0.2.1';
  const anonymous = await count(times(110, () => api.caller(null, address).chat.recent({ limit: 1 })));
  expect(anonymous.letIn).toBe(100);
  await api.caller(null, '192.0.2.2').chat.recent({ limit: 1 });
  await api.caller(person('ann'), address).chat.recent({ limit: 1 });
  expect((await count(times(110, () => api.caller(null).chat.recent({ limit: 1 })))).letIn).toBe(110);
});

test('20 new guests at once and 5 a minute for each address (A6)', async () => {
  const clock = createFakeClock();
  await using api = await createTestApi({
    clock,
    rateLimits: true,
    guests: { issue: () => Promise.resolve({ token: 't', issuedAt: new Date(), expiresAt: new Date(9e12) }) },
  });
  const guest = (address: string) => api.caller(null, address).auth.guest({ name: 'Gast' });
  const first = await count(times(25, () => guest('192.0.2.1')));
  expect(first.letIn).toBe(20);
  expect(first.refusals[0]).toMatchObject(limited(12_000));
  await guest('192.0.2.2');
  clock.advance(60_000);
  expect((await count(times(10, () => guest('192.0.2.1')))).letIn).toBe(5);
});

test('ten messages of 5,000 emoji in one tick are not refused (A5, A6)', async () => {
  await using api = await create();
  const ann = api.caller(person('ann'));
  const messages = times(10, (index) => '🙂'.repeat(4_999) + index);
  const sent = await Promise.all(messages.map((message) => ann.chat.send({ message })));
  expect(sent.map(({ message }) => message)).toEqual(messages);
});

test('60 streams that one user opens at once, again and again, are no calls and are not refused (A5, A6)', async () => {
  await using api = await create();
  for (let round = 0; round < 3; round++) {
    const streams = times(60, (index) =>
      readStream(async (signal): Promise<AsyncIterable<unknown>> => {
        const { chat } = api.router.createCaller({ identity: person('ann') }, { signal });
        return index % 2 === 0 ? chat.message({}) : chat.hints({});
      }),
    );
    await expect.poll(() => streams.filter(({ values }) => values.length > 0).length, { timeout: 10_000 }).toBe(60);
    expect(await Promise.all(streams.map((stream) => stream.close()))).toEqual(times(60, () => undefined));
  }
  await api.caller(person('ann')).chat.rooms();
});

test('with limits off nothing is refused (A6)', async () => {
  await using api = await createTestApi({ rateLimits: false });
  const ann = api.caller(person('ann'));
  expect((await count(times(150, () => ann.chat.send({ message: 'x' })))).letIn).toBe(150);
  expect((await count(times(150, () => ann.chat.rooms()))).letIn).toBe(150);
});
