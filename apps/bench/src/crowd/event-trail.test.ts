import { expect, test } from 'vitest';
import { EventTrail } from './event-trail.ts';

const epoch = 'aaaaaaaaaaaa';

function follow(...seqs: number[]) {
  const trail = new EventTrail();
  for (const seq of seqs) {
    const id = `${epoch}.${seq}`;
    trail.take(Buffer.from(JSON.stringify({ id: 1, result: { type: 'data', data: { json: { id, data: {} } }, id } })));
  }
  return trail.account;
}

test('events that follow each other are accounted for from the first to the last', () => {
  expect(follow()).toBeUndefined();
  expect(follow(7, 8, 9)).toEqual({ firstSeq: 7, lastSeq: 9, isGapless: true, lastEventId: `${epoch}.9` });
});

test.each([
  ['left out', [1, 2, 4, 5]],
  ['doubled', [1, 2, 2, 3]],
  ['out of order', [1, 3, 2, 4]],
])('one that is %s shows', (_, seqs) => {
  expect(follow(...seqs)).toMatchObject({ isGapless: false });
});

test('what is not an event of a log is refused', () => {
  expect(() => new EventTrail().take(Buffer.from('{"id":1}'))).toThrow('not an event');
});
