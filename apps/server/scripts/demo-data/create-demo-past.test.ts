import type { PastWrite } from '@folkmoot/api';
import { normalizeMessageText } from '@folkmoot/contract';
import { expect, test } from 'vitest';
import { createDemoPast } from './create-demo-past.ts';

const untilMs = Date.UTC(2026, 5, 30, 12);
const past = (seed: number, messages = 20_000): PastWrite[] => [...createDemoPast({ seed, messages, untilMs })];
const textsOf = (writes: readonly PastWrite[]) =>
  writes.flatMap((write) => (write.kind === 'delete' ? [] : [write.text]));

const community = past(1);
const sends = community.filter((write) => write.kind === 'send');

test('a seed gives the same past twice, and another seed another one', () => {
  expect(past(7, 2_000)).toEqual(past(7, 2_000));
  expect(textsOf(past(8, 2_000))).not.toEqual(textsOf(past(7, 2_000)));
});

test('there are as many messages as asked for, in the order of time, over sixty days and never after the end', () => {
  for (const messages of [1, 10, 777]) {
    expect(past(3, messages).filter(({ kind }) => kind === 'send')).toHaveLength(messages);
  }
  expect(sends).toHaveLength(20_000);
  const times = community.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[0]).toBeLessThan(untilMs - 59 * 86_400_000);
  expect(times.at(-1)).toBeLessThanOrEqual(untilMs);
  expect(times.at(-1)).toBeGreaterThan(untilMs - 4 * 3_600_000);
});

test('what is edited and deleted was sent before, is the author’s own or a moderator’s to remove, and nothing happens to it after its end', () => {
  const authors = new Map<string, string>();
  const kinds = { send: 0, edit: 0, delete: 0 };
  const wrong: PastWrite[] = [];
  for (const write of community) {
    kinds[write.kind]++;
    const author = authors.get(write.messageId);
    const isModerator = write.kind === 'delete' && write.asModerator === true;
    const isFit = write.kind === 'send' ? author === undefined : author === write.authorId || (isModerator && author);
    if (!isFit) wrong.push(write);
    if (write.kind === 'send') authors.set(write.messageId, write.authorId);
    if (write.kind === 'delete') authors.set(write.messageId, 'gone');
  }
  expect(wrong).toEqual([]);
  expect(kinds.edit).toBeGreaterThan(200);
  expect(kinds.delete).toBeGreaterThan(100);
});

test('texts are as the room takes them, have no blank left, and come in the scripts of eleven languages', () => {
  const isFit = (text: string): boolean => {
    const normal = normalizeMessageText(text);
    const isWhole = text.split('`').length % 2 === 1;
    return normal.ok && normal.text === text && isWhole && !/\{\p{L}+\}/u.test(text);
  };
  expect(textsOf(community).filter((text) => !isFit(text))).toEqual([]);
  for (const script of ['Latin', 'Arabic', 'Han', 'Hiragana', 'Cyrillic', 'Greek', 'Devanagari']) {
    const inScript = new RegExp(`\\p{Script=${script}}`, 'u');
    expect(textsOf(community).filter((text) => inScript.test(text)).length, script).toBeGreaterThan(100);
  }
  expect(new Set(textsOf(community)).size).toBeGreaterThan(3_500);
  expect(new Set(sends.map(({ authorId }) => authorId)).size).toBeGreaterThan(35);
});

test('the community works on weekdays, has quiet weekends and sleeps at night', () => {
  const perDay = (days: number[]) => sends.filter(({ at }) => days.includes(at.getUTCDay())).length / days.length;
  expect(perDay([0, 6])).toBeLessThan(perDay([1, 2, 3, 4, 5]) * 0.7);
  const perHour = (hours: number[]) => sends.filter(({ at }) => hours.includes(at.getUTCHours())).length;
  expect(perHour([0, 1, 2, 3])).toBeLessThan(perHour([10, 11, 12, 13]) / 2);
});

test('people answer each other: most lines follow the one before by somebody else within minutes', () => {
  let answers = 0;
  for (const [index, send] of sends.entries()) {
    const before = sends[index - 1];
    if (before && before.authorId !== send.authorId && send.at.getTime() - before.at.getTime() < 120_000) answers++;
  }
  expect(answers / sends.length).toBeGreaterThan(0.6);
});
