import { limits } from '@folkmoot/contract';
import { expect, test, vi } from 'vitest';
import { createFakeClock, createTestApi, person, readStream } from '../testing/index.ts';

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 10_000, interval: 5 });
const ann = person('ann');

async function createWorld() {
  const clock = createFakeClock();
  const api = await createTestApi({ clock });
  const connect = (name: string, signal?: AbortSignal) =>
    api.router.createCaller({ identity: person(name) }, signal ? { signal } : {}).chat;
  const watch = (name: string, room?: string) => readStream((signal) => connect(name, signal).presence({ room }));
  const follow = (name: string, room?: string) => readStream((signal) => connect(name, signal).message({ room }));
  return { clock, api, connect, watch, follow, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

test('a presence stream begins with the state, then tells who joins and leaves, on the streams of their messages (P1)', async () => {
  await using world = await createWorld();
  const { clock, watch, follow, connect } = world;
  const watcher = watch('bob');
  await until(() => expect(watcher.values).toMatchObject([{ type: 'presence-state', count: 0, users: [] }]));

  const tabs = [follow('ann'), follow('ann'), follow('ann')];
  await until(() => expect(tabs.map(({ values }) => values.length)).toEqual([1, 1, 1]));
  expect(watcher.values.slice(1)).toMatchObject([
    { type: 'user-joined', count: 1, user: { username: 'ann', isGuest: false } },
  ]);
  expect(await connect('bob').online()).toMatchObject({ count: 1, users: [{ username: 'ann' }] });

  for (const tab of tabs) await tab.close();
  clock.advance(limits.presenceGraceMs - 1);
  expect(await connect('bob').online({})).toMatchObject({ count: 1 });
  clock.advance(1);
  await until(() =>
    expect(watcher.values[2]).toMatchObject({ type: 'user-left', count: 0, user: { username: 'ann' } }),
  );
  expect(await connect('bob').online({})).toEqual({ count: 0, users: [] });
  expect(watcher.values).toHaveLength(3);
  await watcher.close();
});

test('watching presence, hints or typing makes nobody present, and rooms are apart (P1)', async () => {
  await using world = await createWorld();
  const { watch, follow, connect } = world;
  const watchers = [watch('bob'), watch('bob', 'side-room')];
  await until(() => expect(watchers.map(({ values }) => values.length)).toEqual([1, 1]));
  const stream = follow('ann', 'side-room');
  await until(() => expect(watchers[1]?.values).toHaveLength(2));
  expect(await connect('bob').online({})).toEqual({ count: 0, users: [] });
  expect(await connect('bob').online({ room: 'side-room' })).toMatchObject({ count: 1 });
  expect(watchers[0]?.values).toHaveLength(1);
  await Promise.all([stream, ...watchers].map((open) => open.close()));
});

test('a call of chat.events makes present for 15 s and the grace, a failed one does not (P1)', async () => {
  await using world = await createWorld();
  const { clock, connect } = world;
  const [room] = await connect('ann').rooms();
  if (!room) throw new Error('There is no room.');
  await expect(connect('ann').events({ room: 'no-room', after: room.position })).rejects.toThrow('no such room');
  expect(await connect('ann').online({})).toMatchObject({ count: 0 });

  await connect('ann').events({ after: room.position });
  clock.advance(limits.pollingPresenceMs + limits.presenceGraceMs - 1);
  expect(await connect('ann').online({})).toMatchObject({ count: 1, users: [{ username: 'ann' }] });
  clock.advance(1);
  expect(await connect('ann').online({})).toMatchObject({ count: 0 });
});

test('a stream that failed at its start, or ended before it began, makes nobody present (P1)', async () => {
  await using world = await createWorld();
  const { follow, connect, api } = world;
  const failed = follow('ann', 'no-room');
  await expect(failed.ended).resolves.toMatchObject({ code: 'NOT_FOUND' });
  const controller = new AbortController();
  controller.abort();
  const stream = await api.router.createCaller({ identity: ann }, { signal: controller.signal }).chat.message({});
  for await (const _ of stream) expect.unreachable();
  expect(await connect('bob').online({})).toEqual({ count: 0, users: [] });
});

test('people who come while 200 watch cost each watcher one state a second at most (P3)', async () => {
  await using world = await createWorld();
  const { api, clock, watch } = world;
  const watcher = watch('bob');
  await until(() => expect(watcher.values).toHaveLength(1));
  const position = (await api.caller(ann).chat.rooms())[0]?.position ?? '';
  for (let index = 0; index < 230; index++) await api.caller(person(`p-${index}`)).chat.events({ after: position });
  clock.advance(1_000);
  await until(() => expect(watcher.values.at(-1)).toMatchObject({ type: 'presence-state', count: 230 }));
  expect(watcher.values.filter(({ type }) => type === 'presence-state').length).toBeLessThanOrEqual(4);
  expect(await api.caller(ann).chat.online({})).toMatchObject({ count: 230, users: { length: 200 } });
  await watcher.close();
});
