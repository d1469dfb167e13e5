import { expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { HintMeddler } from './lossy-redis-link.ts';
import { endOfRespValue } from './resp-values.ts';

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const hint = (text: string) => `*3\r\n${bulk('message')}${bulk('folkmoot:0:room:main-chat')}${bulk(text)}`;
const beat = `*3\r\n${bulk('message')}${bulk('folkmoot:0:node:a')}${bulk('')}`;

function meddle(pieces: string[], random: () => number): { passed: string; counts: Record<string, number> } {
  const counts = { untouched: 0, dropped: 0, doubled: 0, 'held back': 0 };
  const meddler = new HintMeddler(random, counts);
  let passed = '';
  meddler.on('data', (data: Buffer) => {
    passed += data.toString();
  });
  for (const piece of pieces) meddler.write(piece);
  return { passed, counts };
}

test.each([
  ['+OK\r\n', 5],
  [':12\r\n', 5],
  ['$-1\r\n', 5],
  ['*2\r\n:1\r\n$3\r\nabc\r\n+next', 17],
  ['%1\r\n+key\r\n*1\r\n_\r\n', 17],
  ['*2\r\n:1\r\n', undefined],
  ['$5\r\nab', undefined],
  ['', undefined],
])('the end of %j', (text, end) => {
  expect(endOfRespValue(Buffer.from(text))).toBe(end);
});

test('what is no hint passes as it is, however it is cut into pieces', () => {
  const text = `+OK\r\n${beat}*3\r\n${bulk('subscribe')}${bulk('folkmoot:0:room:main-chat')}:1\r\n`;
  expect(meddle(text.split(''), () => 0).passed).toBe(text);
});

test('half of the hints are dropped, doubled and held back, and the others pass', () => {
  const hints = Array.from({ length: 1_000 }, (_, index) => hint(`hint ${index}`));
  const { passed, counts } = meddle(hints, seededRandom(1));
  expect(counts['untouched']).toBeGreaterThan(400);
  expect(counts['untouched']).toBeLessThan(600);
  const arrived = [...passed.matchAll(/hint (\d+)/g)].map(([, index]) => Number(index));
  const copies = new Map<number, number>();
  for (const index of arrived) copies.set(index, (copies.get(index) ?? 0) + 1);
  expect(1_000 - copies.size).toBeGreaterThanOrEqual(counts['dropped'] ?? 0);
  expect([...copies.values()].filter((count) => count === 2)).toHaveLength(counts['doubled'] ?? 0);
  expect(arrived.filter((index, at) => index < (arrived[at - 1] ?? 0)).length).toBeGreaterThan(50);
});
