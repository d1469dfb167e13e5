import { expect, test } from 'vitest';
import { enterCall, whenCallsDone } from './calls-in-flight.ts';

test('whoever waits is let go when the last call is over, however often each says so (A3)', async () => {
  const connection = {};
  const leaveFirst = enterCall(connection);
  const leaveSecond = enterCall(connection);
  let isDone = false;
  const done = Promise.all([whenCallsDone(connection), whenCallsDone(connection)]).then(() => (isDone = true));
  leaveFirst();
  leaveFirst();
  await Promise.resolve();
  expect(isDone).toBe(false);
  leaveSecond();
  await done;
});

test('a connection without calls is done at once, also after it had some (A3)', async () => {
  const connection = {};
  await whenCallsDone(connection);
  enterCall(connection)();
  await whenCallsDone(connection);
  const leave = enterCall(connection);
  const done = whenCallsDone(connection);
  leave();
  await done;
});
