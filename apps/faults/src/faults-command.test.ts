import { expect, test } from 'vitest';
import { parseFaultsCommand } from './faults-command.ts';

const known = ['one', 'two'];

test('all scenarios run unless some are named', () => {
  expect(parseFaultsCommand([], known)).toEqual({ kind: 'run', scenarios: known, seed: undefined, writesDocs: false });
  expect(parseFaultsCommand(['two', '--seed', '7', '--write-docs'], known)).toEqual({
    kind: 'run',
    scenarios: ['two'],
    seed: 7,
    writesDocs: true,
  });
});

test('the list and the help are asked for', () => {
  expect(parseFaultsCommand(['--list'], known)).toEqual({ kind: 'list' });
  expect(parseFaultsCommand(['-h'], known)).toEqual({ kind: 'help' });
});

test('what is unknown is refused with what there is', () => {
  expect(() => parseFaultsCommand(['three'], known)).toThrow('There is no scenario three; there are one, two.');
  expect(() => parseFaultsCommand(['--seed', 'x'], known)).toThrow('A seed is a whole number.');
  expect(() => parseFaultsCommand(['--fast'], known)).toThrow('--fast');
});
