import { expect, test } from 'vitest';
import { parseCommand } from './command-line.ts';

const known = ['fan-out', 'sends'];

test('without a name all scenarios run in full, and are kept', () => {
  expect(parseCommand([], known)).toEqual({
    kind: 'run',
    scenarios: known,
    scale: 'full',
    saves: true,
    profilesTo: undefined,
  });
});

test('a quick run is not kept, for its figures are rough', () => {
  const quick = { kind: 'run', scenarios: ['sends'], scale: 'quick', saves: false, profilesTo: undefined };
  expect(parseCommand(['sends', '--quick'], known)).toEqual(quick);
});

test('an unknown scenario is told what there is', () => {
  expect(() => parseCommand(['fanout'], known)).toThrow('There is no scenario fanout; there are fan-out, sends.');
});

test('the plot is drawn by a command of its own', () => {
  expect(parseCommand(['plot'], known)).toEqual({ kind: 'plot' });
});
