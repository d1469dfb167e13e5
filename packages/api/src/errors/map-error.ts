import { errorCatalogue } from '@folkmoot/contract';
import { isConnectionError, sqlStateOf } from '@folkmoot/db';
import { TRPCError } from '@trpc/server';
import { describeRefusal } from './describe-refusal.ts';
import { DomainError } from './domain-error.ts';

// query_canceled (our statement_timeout), lock_not_available, disk_full and its class, read_only_sql_transaction.
const passingStates = /^(57014|55P03|53...|25006)$/;

/** Whether the database, not the caller, is the reason, and the same call may work in a moment (T4). */
export function isDatabaseTrouble(error: unknown): boolean {
  return isConnectionError(error) || passingStates.test(sqlStateOf(error) ?? '');
}

/** The one place where what was thrown becomes what the caller is told (S7): a tRPC error with a refusal as its cause. */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof DomainError) {
    return new TRPCError({ code: errorCatalogue[error.code].trpc, message: error.message, cause: error });
  }
  if (error instanceof TRPCError) {
    // tRPC wraps whatever a procedure throws; what we know about the cause says more than its wrapper.
    if (error.code === 'INTERNAL_SERVER_ERROR') {
      return toTrpcError(error.cause ?? new DomainError('INTERNAL', { cause: error }));
    }
    if (error.cause instanceof DomainError) return error;
    const refusal = describeRefusal(error);
    return new TRPCError({ code: error.code, message: refusal.message, cause: refusal });
  }
  return toTrpcError(new DomainError(isDatabaseTrouble(error) ? 'DATABASE_UNAVAILABLE' : 'INTERNAL', { cause: error }));
}
