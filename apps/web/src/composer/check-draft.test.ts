import { limits } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { checkDraft } from './check-draft.ts';

const full = '🙂'.repeat(limits.messageCodePoints);

test('S3: a text of the greatest length can be sent, one character more cannot and is told', () => {
  expect(checkDraft(` ${full}\n`)).toEqual({ text: full, problem: null, left: 0 });
  const { text, problem, left } = checkDraft(`${full}a`);
  expect([text, left]).toEqual([null, -1]);
  expect(problem).toMatch(/^1 character too many.*5,000/);
});

test('what is left is told near the end only', () => {
  expect(checkDraft('a'.repeat(4499)).left).toBeNull();
  expect(checkDraft('a'.repeat(4501)).left).toBe(499);
  expect(checkDraft('🙂'.repeat(2600)).left).toBeNull();
});

test('nothing to see is nothing to send, without a word about it', () => {
  for (const draft of ['', ' \n', '\u200b'])
    expect(checkDraft(draft)).toEqual({ text: null, problem: null, left: null });
});

test('characters that no message may hold are named', () => {
  expect(checkDraft('a\u0000').problem).toBeTruthy();
});

test('a paste of a megabyte is refused as fast as it is counted, a long one that composes to less is not refused', () => {
  const before = performance.now();
  expect(checkDraft('e\u0301'.repeat(500_000))).toMatchObject({
    text: null,
    left: limits.messageCodePoints - 1_000_000,
  });
  expect(performance.now() - before).toBeLessThan(500);
  // Alpha with three marks is one letter.
  const composing = '\u03b1\u0313\u0300\u0345'.repeat(limits.messageCodePoints);
  expect(checkDraft(composing).text).toBe('\u1f82'.repeat(limits.messageCodePoints));
});
