import { expect, test } from 'vitest';
import { shareReads } from './share-reads.ts';

/** Reads that are answered when the test says so, each with its number. */
function createReads() {
  const answers: PromiseWithResolvers<number>[] = [];
  const read = shareReads(async () => {
    const answer = Promise.withResolvers<number>();
    answers.push(answer);
    return answer.promise;
  });
  return { answers, read };
}

test('the first call reads at once, and all who come during a read share the next one', async () => {
  const { answers, read } = createReads();
  const first = read();
  const later = [read(), read(), read()];
  expect(answers).toHaveLength(1);
  answers[0]?.resolve(1);
  expect(await first).toBe(1);
  await expect.poll(() => answers.length).toBe(2);
  const last = read();
  answers[1]?.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
  await expect.poll(() => answers.length).toBe(3);
  answers[2]?.resolve(3);
  expect(await last).toBe(3);
});

test('a read that fails does so for those who wait for it alone', async () => {
  const { answers, read } = createReads();
  const first = read();
  const second = read();
  answers[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.resolve(2);
  expect(await second).toBe(2);
  const third = read();
  answers[2]?.resolve(3);
  expect(await third).toBe(3);
});
