import { expect, test, vi } from 'vitest';
import { createFakeClock, createTestApi, person, readStream } from '../testing/index.ts';

const until = (condition: () => void | Promise<void>) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });

async function createWorld() {
  const clock = createFakeClock();
  const api = await createTestApi({ clock });
  const listen = (name: string) =>
    readStream((signal) => api.router.createCaller({ identity: person(name) }, { signal }).chat.typing({}));
  return { clock, api, listen, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}
type World = Awaited<ReturnType<typeof createWorld>>;

/** A stream gives nothing when it begins; another's typing shows that it has. */
async function listening(world: World, name: string) {
  const stream = world.listen(name);
  await until(async () => {
    world.clock.advance(1_000);
    await world.api.caller(person('probe')).chat.setTyping({ isTyping: true });
    expect(stream.values.length).toBeGreaterThan(0);
  });
  await world.api.caller(person('probe')).chat.setTyping({ isTyping: false });
  stream.values.length = 0;
  return stream;
}

test.for(['with', 'without'] as const)(
  'typing is told to the others and ends at once when the message arrives, %s anyone following the messages (P4)',
  async (how) => {
    await using world = await createWorld();
    const { api } = world;
    await using followed = how === 'with' ? api.follow(person('bob')) : undefined;
    await followed?.next(1);
    const bob = await listening(world, 'bob');
    const ann = api.caller(person('ann'));

    await ann.chat.setTyping({ isTyping: true });
    await until(() => expect(bob.values).toMatchObject([{ type: 'user-typing', room: 'main-chat', isTyping: true }]));
    expect(bob.values[0]?.user).toMatchObject({ username: 'ann', name: 'ANN', isGuest: false });
    await ann.chat.send({ message: 'there it is' });
    await until(() => expect(bob.values[1]).toMatchObject({ isTyping: false, user: { username: 'ann' } }));
    expect(bob.values).toHaveLength(2);
    await bob.close();
  },
);

test('own typing is not told to oneself, and another room hears nothing (P4)', async () => {
  await using world = await createWorld();
  const ann = await listening(world, 'ann');
  const calls = world.api.caller(person('ann')).chat;
  await calls.setTyping({ isTyping: true });
  await world.api.caller(person('bob')).chat.setTyping({ room: 'side-room', isTyping: true });
  await world.api.caller(person('bob')).chat.setTyping({ isTyping: true });
  await until(() => expect(ann.values).toMatchObject([{ user: { username: 'bob' }, room: 'main-chat' }]));
  await ann.close();
});

test('typing touches no table: not for a stranger, not when it is throttled, not when it ends (P4)', async () => {
  await using world = await createWorld();
  const { api, clock } = world;
  const statements = vi.spyOn(api.sql, 'unsafe');
  const stranger = api.caller(person('never-seen'));
  for (let signal = 0; signal < 50; signal++) {
    await stranger.chat.setTyping({ isTyping: true });
    await stranger.chat.setTyping({ isTyping: signal % 2 === 0 });
    clock.advance(400);
  }
  expect(statements).not.toHaveBeenCalled();
  await stranger.auth.me();
  expect(statements).toHaveBeenCalled();
});

test('a throttled signal succeeds like any other, and an unknown room is refused (P4)', async () => {
  await using world = await createWorld();
  const { chat } = world.api.caller(person('ann'));
  for (let signal = 0; signal < 5; signal++) expect(await chat.setTyping({ isTyping: true })).toBeUndefined();
  await expect(chat.setTyping({ room: 'no-room', isTyping: true })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
