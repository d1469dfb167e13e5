import type { HintEvent } from '@folkmoot/contract';
import { describe, expect, test } from 'vitest';
import { createHandClock } from '../test/hand-clock.ts';
import { ada, me } from '../test/room-log.ts';
import { createRoomHints } from './room-hints.ts';

const open = () => {
  const clock = createHandClock();
  return { clock, hints: createRoomHints({ clock, onChange: () => undefined }) };
};
const names = (hints: ReturnType<typeof createRoomHints>) => hints.presence().users.map(({ name }) => name);

describe('presence and typing', () => {
  test('P3: every state is taken; a join or leave of another source, or an older one, is not', () => {
    const { hints } = open();
    hints.take({ type: 'user-joined', user: ada, count: 1, version: { source: 'a', n: 1 } });
    expect(names(hints)).toEqual([]);
    hints.take({ type: 'presence-state', users: [me], count: 1, version: { source: 'a', n: 5 } });
    hints.take({ type: 'user-joined', user: ada, count: 2, version: { source: 'a', n: 6 } });
    hints.take({ type: 'user-joined', user: ada, count: 2, version: { source: 'a', n: 6 } });
    expect(names(hints)).toEqual(['Me', 'Ada']);
    hints.take({ type: 'user-left', user: ada, count: 1, version: { source: 'a', n: 5 } });
    hints.take({ type: 'user-left', user: ada, count: 1, version: { source: 'b', n: 9 } });
    expect(hints.presence()).toMatchObject({ count: 2, version: { source: 'a', n: 6 } });
    hints.take({ type: 'presence-state', users: [], count: 0, version: { source: 'b', n: 1 } });
    expect(hints.presence()).toMatchObject({ count: 0, users: [] });
  });

  test('P3: when nothing has streamed for half a minute nobody is known to be there; a shorter break is no reason', async () => {
    const { clock, hints } = open();
    const version = { source: 'a', n: 5 };
    const state: HintEvent = { type: 'presence-state', users: [me], count: 1, version };
    hints.take(state);
    hints.setStreaming(false);
    await clock.turn(29_000);
    hints.setStreaming(true);
    await clock.turn(60_000);
    expect(names(hints)).toEqual(['Me']);
    hints.setStreaming(false);
    await clock.turn(29_999);
    hints.setStreaming(false);
    expect(names(hints)).toEqual(['Me']);
    await clock.turn(1);
    expect(hints.presence()).toEqual({ count: 0, users: [], version: null });
    hints.setStreaming(true);
    hints.take(state);
    expect(names(hints)).toEqual(['Me']);
  });

  test('P4: a signal that is repeated keeps the typist for 6 s more; one that ends it ends it at once', async () => {
    const { clock, hints } = open();
    const typing = { type: 'user-typing', room: 'main-chat', user: ada } as const;
    hints.take({ ...typing, isTyping: true });
    const typers = hints.typers();
    await clock.turn(4_000);
    hints.take({ ...typing, isTyping: true });
    await clock.turn(4_000);
    expect(hints.typers()).toEqual([ada]);
    expect(hints.typers()).toBe(typers);
    await clock.turn(2_000);
    expect(hints.typers()).toHaveLength(0);
    hints.take({ ...typing, isTyping: true });
    hints.take({ ...typing, isTyping: false });
    expect(hints.typers()).toHaveLength(0);
  });
});
