import { expect, test } from 'vitest';
import { createTypingSignal } from './typing-signal.ts';

function start() {
  let now = 10_000;
  const sent: boolean[] = [];
  const signal = createTypingSignal({ now: () => now, signal: (isTyping) => sent.push(isTyping) });
  return { signal, sent, pass: (ms: number) => (now += ms) };
}

test('P4: one signal a second while one types', () => {
  const { signal, sent, pass } = start();
  for (let key = 0; key < 25; key++) {
    signal.changed(false);
    pass(100);
  }
  expect(sent).toEqual([true, true, true]);
});

test('P4: the end of it is told at once, and once', () => {
  const { signal, sent } = start();
  signal.stopped();
  signal.changed(true);
  signal.changed(false);
  signal.changed(true);
  signal.stopped();
  signal.changed(false);
  signal.stopped();
  expect(sent).toEqual([true, false, true, false]);
});
