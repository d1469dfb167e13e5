import { describe, expect, test, vi } from 'vitest';
import { createFakeRoom, fakeRow, type FakeRoom } from '../test/fake-chat.ts';
import { createShownRoom, lingerMs } from './shown-room.ts';

function createWorld() {
  const opened: FakeRoom[] = [];
  const timers = new Set<() => void>();
  const shown = createShownRoom({
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
    shown,
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
    const { shown, opened, room } = createWorld();
    expect(shown.getSnapshot()).toMatchObject({ rows: [], isLoaded: false });
    expect(opened).toHaveLength(0);
    const [first, second] = [listen(), listen()];
    shown.subscribe(first);
    shown.subscribe(second);
    expect(opened).toHaveLength(1);
    room().set({ isLoaded: true });
    expect(first).toHaveBeenCalledOnce();
    expect(second).toHaveBeenCalledOnce();
    expect(shown.getSnapshot()).toBe(room().session.getSnapshot());
  });

  test('the same listener twice counts twice', () => {
    const { shown, opened, passTime } = createWorld();
    const listener = listen();
    const stop = shown.subscribe(listener);
    shown.subscribe(listener);
    stop();
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([false]);
  });

  test('it is closed a moment after the last has left, and leaves no timer', () => {
    const { shown, opened, timers, passTime } = createWorld();
    const stops = [shown.subscribe(listen()), shown.subscribe(listen())];
    stops[0]?.();
    expect(timers.size).toBe(0);
    stops[1]?.();
    expect(opened.map((room) => room.isClosed())).toEqual([false]);
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([true]);
    expect(timers.size).toBe(0);
    expect(shown.getSnapshot().isLoaded).toBe(false);
  });

  test('who comes back within the moment finds the same session, and later a new one', () => {
    const { shown, opened, timers, passTime } = createWorld();
    shown.subscribe(listen())();
    const stop = shown.subscribe(listen());
    expect(timers.size).toBe(0);
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([false]);
    stop();
    passTime();
    shown.subscribe(listen());
    expect(opened.map((room) => room.isClosed())).toEqual([true, false]);
  });

  test('S2: what is on its way is waited for, and what was refused is not', () => {
    const { shown, opened, room, timers, passTime } = createWorld();
    const stop = shown.subscribe(listen());
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
    const { shown, opened, room, passTime } = createWorld();
    shown.actions.typed(false);
    shown.actions.loadOlder();
    shown.actions.reopen();
    expect(opened).toHaveLength(0);
    shown.actions.remove('id');
    expect(room().session.remove).toHaveBeenCalledExactlyOnceWith('id');
    passTime();
    expect(opened.map((room) => room.isClosed())).toEqual([true]);
  });

  test('every action reaches the session, with its arguments and its answer', () => {
    const { shown, room, opened } = createWorld();
    shown.subscribe(listen());
    const { send, edit, retry, discard, typed, loadOlder, reopen } = shown.actions;
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
