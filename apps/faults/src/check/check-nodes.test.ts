import { expect, test } from 'vitest';
import { checkNodes, type NodeReport, usualBounds } from './check-nodes.ts';

const sound: NodeReport = {
  name: 'node 1',
  ends: [
    { code: null, signal: 'SIGKILL', wasAsked: true, tookMs: 5 },
    { code: 0, signal: null, wasAsked: true, tookMs: 5_000 },
  ],
  output: '{"level":40,"msg":"the database does not answer"}\n',
  samples: [{ memoryMiB: 100, loopDelayMs: 20 }],
  leftOpen: 0,
  leftTimers: 5,
};

test('a node that was killed, stopped and warned is sound', () => {
  expect(checkNodes([sound])).toEqual([]);
});

test.each<[string, Partial<NodeReport>]>([
  ['ended by itself', { ends: [{ code: 1, signal: null, wasAsked: false, tookMs: 0 }] }],
  ['ended by itself', { ends: [{ code: null, signal: 'SIGSEGV', wasAsked: false, tookMs: 0 }] }],
  ['ended with code 1', { ends: [{ code: 1, signal: null, wasAsked: true, tookMs: 0 }] }],
  ['ms to stop', { ends: [{ code: 0, signal: null, wasAsked: true, tookMs: usualBounds.stopMs + 1 }] }],
  ['wrote', { output: 'fine\n[UnhandledPromiseRejection: lost]\n' }],
  ['wrote', { output: 'Uncaught Error' }],
  ['wrote', { output: 'MaxListenersExceededWarning: possible leak' }],
  ['grew', { samples: [{ memoryMiB: usualBounds.memoryMiB + 1, loopDelayMs: 0 }] }],
  ['was late', { samples: [{ memoryMiB: 0, loopDelayMs: usualBounds.loopDelayMs + 1 }] }],
  ['connections', { leftOpen: 1 }],
  ['timers', { leftTimers: usualBounds.timers + 1 }],
])('%s', (piece, change) => {
  const found = checkNodes([{ ...sound, ...change }]);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(piece);
});
