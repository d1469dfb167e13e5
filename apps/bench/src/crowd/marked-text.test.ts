import { expect, test } from 'vitest';
import { makePeerMessage } from '../servers/peer-message.ts';
import { markedText, readMarker } from './marked-text.ts';

test('a text makes a message of about the size that was asked for', () => {
  for (const bytes of [530, 1024]) {
    const { length } = JSON.stringify(makePeerMessage(markedText(bytes, 0)));
    expect(Math.abs(length - bytes)).toBeLessThan(20);
  }
});

test('a receiver reads the number of a text again, from the middle of a frame', () => {
  const frame = Buffer.from(JSON.stringify({ id: 1000, message: makePeerMessage(markedText(530, 4_711)) }));
  expect(readMarker(frame)).toBe(4_711);
  expect(readMarker(Buffer.from('{}'))).toBeUndefined();
});
