import { expect, test, vi } from 'vitest';
import { createHandClock } from '../test/hand-clock.ts';
import { createThrottle } from './throttle.ts';

function open() {
  const clock = createHandClock();
  const work = vi.fn<() => void>();
  return { clock, work, throttle: createThrottle({ run: work, pauseMs: 50, after: clock.after }) };
}

test('it runs at once, and once more after a pause in which it was asked for', async () => {
  const { clock, work, throttle } = open();
  for (let time = 0; time < 100; time++) throttle.run();
  expect(work).toHaveBeenCalledTimes(1);
  await clock.turn(49);
  expect(work).toHaveBeenCalledTimes(1);
  await clock.turn(1);
  expect(work).toHaveBeenCalledTimes(2);
  throttle.run();
  expect(work).toHaveBeenCalledTimes(2);
  await clock.turn(1_000);
  expect(work).toHaveBeenCalledTimes(3);
  throttle.run();
  expect(work).toHaveBeenCalledTimes(4);
});

test('closed, it runs no more', async () => {
  const { clock, work, throttle } = open();
  throttle.run();
  throttle.run();
  throttle.close();
  await clock.turn(1_000);
  expect(work).toHaveBeenCalledTimes(1);
});
