import { describe, expect, test, vi } from 'vitest';
import { createFakeRoom, fakeRow, type FakeRoom } from '../test/fake-chat.ts';
import { createSharedRoom, lingerMs } from './shared-room.ts';

function createWorld() {
  const opened: FakeRoom[] = [];
  const timers = new Set<() => void>();
  const shared = createSharedRoom({
    openSession() {
      const fake = createFakeRoom();
      opened.push(fake);
      return fake.session;
    },
    after(ms, run) {
      expect(ms).toBe(lingerMs);
      const fire = (): void => {
        timers.delete(fire);
        run();
      };
      timers.add(fire);
      return () => timers.delete(fire);
    },
  });
  return {
    shared,
    opened,
    timers,
    room: () => opened.at(-1) ?? expect.fail('No session was opened.'),
    passTime() {
      for (const fire of [...timers]) fire();
    },
  };
}
const listen = () => vi.fn<() => void>();

describe('a room that several components show', () => {
  test('reading it opens nothing; the first subscription opens one session for all', () => {
    const { shared, opened, room } = createWorld();
    expect(shared.getSnapshot()).toMatchObject({ rows: [], isLoaded: false });
    expect(opened).toHaveLength(0);
    const [first, second] = [listen(), listen()];
    shared.subscribe(first);
    shared.subscribe(second);
    expect(opened).toHaveLength(1);
    room().set({ isLoaded: true });
    expect(first).toHaveBeenCalledOnce();
    expect(second).toHaveBeenCalledOnce();
    expect(shared.getSnapshot()).toBe(room().session.getSnapshot());
  });

  test('the same listener twice counts twice', () => {
    const { shared, opened, passTime } = createWorld();
    const listener = listen();
    const stop = shared.subscribe(listener);
    shared.subscribe(listener);
    stop();
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([false]);
  });

  test('it is closed a moment after the last has left, and leaves no timer', () => {
    const { shared, opened, timers, passTime } = createWorld();
    const stops = [shared.subscribe(listen()), shared.subscribe(listen())];
    stops[0]?.();
    expect(timers.size).toBe(0);
    stops[1]?.();
    expect(opened.map((room) => room.isClosed())).toEqual([false]);
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([true]);
    expect(timers.size).toBe(0);
    expect(shared.getSnapshot().isLoaded).toBe(false);
  });

  test('who comes back within the moment finds the same session, and later a new one', () => {
    const { shared, opened, timers, passTime } = createWorld();
    shared.subscribe(listen())();
    const stop = shared.subscribe(listen());
    expect(timers.size).toBe(0);
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([false]);
    stop();
    passTime();
    shared.subscribe(listen());
    expect(opened.map((room) => room.isClosed())).toEqual([true, false]);
  });

  test('S2: what is on its way is waited for, and what was refused is not', () => {
    const { shared, opened, room, timers, passTime } = createWorld();
    const stop = shared.subscribe(listen());
    room().set({ rows: [fakeRow('on its way')] });
    stop();
    passTime();
    room().set({ presence: { count: 1, users: [], version: null } });
    expect(timers.size).toBe(0);
    expect(room().isClosed()).toBe(false);
    room().set({ rows: [fakeRow('refused', 'failed')] });
    room().set({ isLive: false });
    expect(timers.size).toBe(1);
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([true]);
  });

  test('a change opens the room for itself; a hint about what is written does not', () => {
    const { shared, opened, room, passTime } = createWorld();
    shared.actions.typed(false);
    shared.actions.loadOlder();
    shared.actions.reopen();
    expect(opened).toHaveLength(0);
    shared.actions.remove('id');
    expect(room().session.remove).toHaveBeenCalledExactlyOnceWith('id');
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([true]);
  });

  test('every action reaches the session, with its arguments and its answer', () => {
    const { shared, room, opened } = createWorld();
    shared.subscribe(listen());
    const { send, edit, retry, discard, typed, loadOlder, reopen } = shared.actions;
    expect(send('Hello')).toBe('key');
    edit('id', 'Hi');
    retry('entry');
    discard('entry');
    typed(true);
    loadOlder();
    reopen();
    const { session } = room();
    expect(session.send).toHaveBeenCalledExactlyOnceWith('Hello');
    expect(session.edit).toHaveBeenCalledExactlyOnceWith('id', 'Hi');
    expect(session.retry).toHaveBeenCalledExactlyOnceWith('entry');
    expect(session.discard).toHaveBeenCalledExactlyOnceWith('entry');
    expect(session.typed).toHaveBeenCalledExactlyOnceWith(true);
    expect(session.loadOlder).toHaveBeenCalledOnce();
    expect(session.reopen).toHaveBeenCalledOnce();
    expect(opened).toHaveLength(1);
  });
});
