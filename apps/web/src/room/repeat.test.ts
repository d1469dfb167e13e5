import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import type { Clock } from '../browser-clock.ts';
import { repeat } from './repeat.ts';

/** Waits are over at once, and are written down. */
function hastyClock() {
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    random: () => 0.999,
    after(ms, run) {
      waits.push(ms);
      queueMicrotask(run);
      return () => undefined;
    },
  };
  return { clock, waits };
}
const lost = () => TRPCClientError.from(new TypeError('fetch failed'));
const refused = (chat: object) => TRPCClientError.from({ error: { code: -32000, message: 'No.', data: { chat } } });

test('T6: a call without an answer is made again with growing delays, until there is one', async () => {
  const { clock, waits } = hastyClock();
  let calls = 0;
  const call = () => (++calls <= 7 ? Promise.reject(lost()) : Promise.resolve('done'));
  expect(await repeat(call, clock, new AbortController().signal)).toBe('done');
  expect(waits).toEqual([999, 1998, 3996, 7992, 15_984, 29_970, 29_970]);
});

test('A6: a call waits at least as long as the server says', async () => {
  const { clock, waits } = hastyClock();
  let calls = 0;
  const limited = refused({ code: 'RATE_LIMITED', retryable: 'yes', retryAfterMs: 5000 });
  await repeat(
    () => (++calls === 1 ? Promise.reject(limited) : Promise.resolve()),
    clock,
    new AbortController().signal,
  );
  expect(waits).toEqual([5000]);
});

test('S7: a refusal that stays is not repeated', async () => {
  const { clock, waits } = hastyClock();
  const error = refused({ code: 'MESSAGE_TOO_LONG', retryable: 'no' });
  await expect(repeat(() => Promise.reject(error), clock, new AbortController().signal)).rejects.toBe(error);
  expect(waits).toEqual([]);
});

test('nothing is repeated for somebody who has left', async () => {
  const leaving = new AbortController();
  const clock: Clock = { now: () => 0, random: () => 0.5, after: () => () => undefined };
  let calls = 0;
  const result = repeat(
    () => {
      calls++;
      return Promise.reject(lost());
    },
    clock,
    leaving.signal,
  );
  queueMicrotask(() => queueMicrotask(() => leaving.abort()));
  await expect(result).rejects.toThrow('No longer wanted.');
  expect(calls).toBe(1);
});
