import { expect, test } from 'vitest';
import { silentLogger } from '../database-logger.ts';
import type { Postmaster } from './postmaster.ts';
import { supervisePostmaster } from './supervise-postmaster.ts';

function fakePostmaster(): Postmaster & { die(): void } {
  let gone = false;
  let die = () => {};
  const exited = new Promise<void>((resolve) => {
    die = () => {
      gone = true;
      resolve();
    };
  });
  return { pid: 1, port: 1, exited, hasExited: () => gone, signal: () => die(), die };
}

/** A clock that is past every back-off at once, and never past the time after which a server counts as steady. */
function recordDelays(into: number[]) {
  return (ms: number, signal?: AbortSignal) => {
    if (ms < 10_000) {
      into.push(ms);
      return Promise.resolve();
    }
    return new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
  };
}

test('T4: starts that fail are tried again, with growing pauses up to four seconds', async () => {
  const first = fakePostmaster();
  const second = fakePostmaster();
  const pauses: number[] = [];
  let tries = 0;
  const supervisor = supervisePostmaster({
    first,
    start: async () => {
      if (++tries < 9) throw new Error('pre-existing shared memory block is still in use');
      return second;
    },
    logger: silentLogger,
    onExit: () => {},
    delay: recordDelays(pauses),
    random: () => 1,
  });

  first.die();

  await expect.poll(() => tries).toBe(9);
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 4000, 4000]);
  await supervisor.close();
  expect(second.hasExited()).toBe(true);
});

test('closed, it starts nothing more, and stops what was just starting', async () => {
  const first = fakePostmaster();
  const late = fakePostmaster();
  const starting: ((postmaster: Postmaster) => void)[] = [];
  const supervisor = supervisePostmaster({
    first,
    start: () => new Promise((resolve) => starting.push(resolve)),
    logger: silentLogger,
    onExit: () => {},
    delay: recordDelays([]),
  });
  first.die();
  await expect.poll(() => starting).toHaveLength(1);

  const closing = supervisor.close();
  starting[0]?.(late);
  await closing;

  expect(late.hasExited()).toBe(true);
  expect(starting).toHaveLength(1);
});
