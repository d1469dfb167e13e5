import { createFakeClock } from '@folkmoot/api/testing';
import { expect, it, vi } from 'vitest';
import { watchDatabase } from './database-watch.ts';

function watch() {
  const clock = createFakeClock();
  const state = { answer: async (): Promise<unknown> => 1, changes: [] as boolean[], outages: 0 };
  const database = watchDatabase({
    ping: async () => state.answer(),
    clock,
    onChange: (isUp) => state.changes.push(isUp),
    onLongOutage: () => {
      state.outages++;
    },
  });
  /** One more question, and what came of it. */
  const step = async () => {
    clock.advance(2_000);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  return { state, database, step, clock };
}

it('says when the database goes and comes, and sends clients away once in an outage of 60 s (T4)', async () => {
  const { state, database, step } = watch();
  await step();
  expect([database.isUp(), state.changes]).toEqual([true, []]);

  state.answer = async () => {
    throw new Error('away');
  };
  for (let seconds = 0; seconds < 60; seconds += 2) await step();
  expect([database.isUp(), state.changes, state.outages]).toEqual([false, [false], 0]);
  for (let seconds = 0; seconds < 200; seconds += 2) await step();
  expect(state.outages).toBe(1);

  state.answer = async () => 1;
  await step();
  expect([database.isUp(), state.changes]).toEqual([true, [false, true]]);
  database.close();
});

it('takes a database that does not answer for one that is away (T4)', async () => {
  const { state, database, clock } = watch();
  state.answer = async () => new Promise(() => {});
  clock.advance(2_000);
  clock.advance(4_000);
  await vi.waitFor(() => expect(database.isUp()).toBe(false));
  database.close();
});
