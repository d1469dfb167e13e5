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

  test('P4: a signal that is repeated keeps the typist for 6 s more; one that ends it ends it at once', async () => {
    const { clock, hints } = open();
    const typing = { type: 'user-typing', room: 'main-chat', user: ada } as const;
    hints.take({ ...typing, isTyping: true });
    await clock.turn(4_000);
    hints.take({ ...typing, isTyping: true });
    await clock.turn(4_000);
    expect(hints.typers()).toHaveLength(1);
    await clock.turn(2_000);
    expect(hints.typers()).toHaveLength(0);
    hints.take({ ...typing, isTyping: true });
    hints.take({ ...typing, isTyping: false });
    expect(hints.typers()).toHaveLength(0);
  });
});
