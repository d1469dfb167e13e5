import { DrizzleQueryError } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { isConnectionError, mayHaveHappened, sqlStateOf } from './database-error.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });
const wrapped = (code: string) => new DrizzleQueryError('select', [], coded(code));

test.for([
  // [code, is a connection error, may have happened, SQLSTATE]
  ['ECONNREFUSED', true, false, undefined],
  ['CONNECT_TIMEOUT', true, false, undefined],
  ['ENOTFOUND', true, false, undefined],
  ['CONNECTION_ENDED', true, false, undefined],
  ['57P03', true, false, '57P03'],
  ['53300', true, false, '53300'],
  ['CONNECTION_CLOSED', true, true, undefined],
  ['CONNECTION_DESTROYED', true, true, undefined],
  ['ECONNRESET', true, true, undefined],
  ['ANSWER_TIMEOUT', true, true, undefined],
  ['EPIPE', true, true, undefined],
  ['ETIMEDOUT', true, true, undefined],
  ['57P01', true, true, '57P01'],
  ['57P02', true, true, '57P02'],
  ['08006', true, true, '08006'],
  ['40003', false, true, '40003'],
  ['23505', false, false, '23505'],
  ['40001', false, false, '40001'],
  ['57014', false, false, '57014'],
  ['22P05', false, false, '22P05'],
  ['UNSAFE_TRANSACTION', false, true, undefined],
] as const)('S7: %s is told apart, inside of Drizzle’s error too', ([code, isConnection, may, state]) => {
  for (const error of [coded(code), wrapped(code)]) {
    expect(isConnectionError(error)).toBe(isConnection);
    expect(mayHaveHappened(error)).toBe(may);
    expect(sqlStateOf(error)).toBe(state);
  }
});

test('what is no error of the database has no SQLSTATE, and may have happened', () => {
  for (const error of [new Error('x'), 'x', null, undefined, { code: 1 }]) {
    expect(sqlStateOf(error)).toBeUndefined();
    expect(isConnectionError(error)).toBe(false);
    expect(mayHaveHappened(error)).toBe(true);
  }
});
