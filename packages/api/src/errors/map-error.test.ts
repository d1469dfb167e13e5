import { errorCatalogue, isChatErrorCode } from '@folkmoot/contract';
import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeError } from './describe-error.ts';
import { DomainError } from './domain-error.ts';
import { isDatabaseTrouble, toTrpcError } from './map-error.ts';

const withCode = (code: string) => Object.assign(new Error('from the driver'), { code });
const zodError = z.object({ text: z.string() }).safeParse({ text: 1 }).error;

test('each code of the catalogue goes out with its tRPC code, its sentence and itself as the cause (S7)', () => {
  for (const code of Object.keys(errorCatalogue).filter(isChatErrorCode)) {
    const refusal = new DomainError(code);
    const error = toTrpcError(refusal);
    expect(error).toMatchObject({ code: errorCatalogue[code].trpc, message: errorCatalogue[code].message });
    expect(error.cause).toBe(refusal);
    expect(refusal.retryable).toBe(errorCatalogue[code].retryable);
  }
});

test.for([
  'ECONNREFUSED',
  'CONNECTION_CLOSED',
  'CONNECT_TIMEOUT',
  '57P01',
  '57P03',
  '08006',
  '57014',
  '55P03',
  '53100',
  '25006',
])('%s is trouble of the database that passes, however deep it lies (T4)', (code) => {
  expect(isDatabaseTrouble(withCode(code))).toBe(true);
  const wrapped = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: withCode(code) });
  expect(toTrpcError(wrapped)).toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause: { code: 'DATABASE_UNAVAILABLE' } });
});

test.for([
  ['a fault of ours', new TypeError('x is not a function')],
  ['a constraint', withCode('23505')],
  ['no error at all', 'text'],
  ['an output that does not fit', zodError],
  ['a tRPC error without a cause', new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'secret' })],
] as const)('%s is INTERNAL, and the caller learns nothing of it (S7)', ([, thrown]) => {
  const wrapped = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: 'secret', cause: thrown });
  for (const error of [toTrpcError(thrown), toTrpcError(wrapped)]) {
    expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: errorCatalogue.INTERNAL.message });
    expect(error.cause).toMatchObject({ code: 'INTERNAL', message: errorCatalogue.INTERNAL.message });
  }
});

test('a refusal of a host keeps its code and its sentence, and mapping twice changes nothing (S7)', () => {
  const host = new TRPCError({ code: 'PRECONDITION_FAILED', message: 'Confirm your address first.' });
  const once = toTrpcError(host);
  expect(once).toMatchObject({ code: 'PRECONDITION_FAILED', message: 'Confirm your address first.' });
  expect(toTrpcError(once)).toBe(once);
  const bare = toTrpcError(new TRPCError({ code: 'UNAUTHORIZED' }));
  expect(bare).toMatchObject({ code: 'UNAUTHORIZED', message: errorCatalogue.UNAUTHORIZED.message });
});

test('an input’s first issue is named with its place, and cut where it is endless (S7)', () => {
  const deep = z.object({ list: z.array(z.object({ name: z.string() })) }).safeParse({ list: [{ name: 1 }] }).error;
  const error = toTrpcError(new TRPCError({ code: 'BAD_REQUEST', cause: deep }));
  expect(error.message).toMatch(/^The input is not valid\. list\.0\.name: /);
  const endless = z.string('x'.repeat(9_000)).safeParse(1).error;
  expect(toTrpcError(new TRPCError({ code: 'BAD_REQUEST', cause: endless })).message.length).toBeLessThanOrEqual(500);
});

test('what a log may say of an error has no parameters of a query in it (A8)', () => {
  const driver = Object.assign(new Error('duplicate key'), { name: 'PostgresError', code: '23505' });
  const query = Object.assign(new Error('Failed query: insert … params: private text'), {
    params: ['private text'],
    cause: driver,
  });
  expect(describeError(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: query }))).toEqual({
    reason: 'PostgresError: duplicate key',
    reasonCode: '23505',
  });
  const bare = Object.assign(new Error('Failed query: params: private text'), { params: ['private text'] });
  expect(describeError(bare)).toEqual({ reason: 'Error: a query failed' });
  expect(describeError('private text')).toEqual({ reason: 'string' });
});
