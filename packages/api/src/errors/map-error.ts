import { errorCatalogue } from '@folkmoot/contract';
import { isConnectionError, sqlStateOf } from '@folkmoot/db';
import { TRPCError } from '@trpc/server';
import { DomainError } from './domain-error.ts';

// query_canceled (our statement_timeout), lock_not_available, disk_full and its class, read_only_sql_transaction.
const passingStates = /^(57014|55P03|53...|25006)$/;

/** Whether the database, not the caller, is the reason, and the same call may work in a moment (T4). */
export function isDatabaseTrouble(error: unknown): boolean {
  return isConnectionError(error) || passingStates.test(sqlStateOf(error) ?? '');
}

/** The one place where what was thrown becomes what the caller is told (S7). */
export function toTrpcError(error: unknown): TRPCError {
  if (error instanceof DomainError) {
    return new TRPCError({ code: errorCatalogue[error.code].trpc, message: error.message, cause: error });
  }
  if (error instanceof TRPCError) {
    // tRPC wraps whatever a procedure throws; what we know about the cause says more than its wrapper.
    if (error.cause instanceof DomainError) return toTrpcError(error.cause);
    return error.code === 'INTERNAL_SERVER_ERROR' && error.cause ? toTrpcError(error.cause) : error;
  }
  if (isDatabaseTrouble(error)) return toTrpcError(new DomainError('DATABASE_UNAVAILABLE', { cause: error }));
  return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', message: errorCatalogue.INTERNAL.message, cause: error });
}
