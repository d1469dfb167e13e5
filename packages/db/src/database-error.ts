import { DrizzleQueryError } from 'drizzle-orm';

/*
 * What went wrong between us and the database, told from errors of postgres.js (`code` is its own or Node's), of
 * PostgreSQL (`code` is an SQLSTATE) and of Drizzle, which wraps both in `cause`.
 */

/** The connection is gone or never came about; the next query makes a new one. */
const connectionCodes = new Set([
  // postgres.js
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ANSWER_TIMEOUT',
  // Node
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  // PostgreSQL: shut down by its administrator, crashed, still starting or already stopping, out of connections
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);

/** Of those, the ones that come before any query can have been sent. */
const beforeSendingCodes = new Set([
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  '57P03',
  '53300',
]);

const sqlState = /^[0-9A-Z]{5}$/;
const errnoName = /^E[A-Z]/;

/** The SQLSTATE with which PostgreSQL refused, such as '23505'; undefined when the error is none of PostgreSQL's. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && sqlState.test(code) && !errnoName.test(code) ? code : undefined;
}

/** Whether the database could not be reached or was lost, so that the same call may succeed when it is back (T4). */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (connectionCodes.has(code) || sqlStateOf(error)?.startsWith('08') === true);
}

/**
 * Whether what failed may have taken effect all the same. False only where it is certain that nothing was sent, or that
 * PostgreSQL itself refused the statement; true for every lost connection, timeout of ours and unknown error (S7).
 */
export function mayHaveHappened(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return true;
  if (beforeSendingCodes.has(code)) return false;
  // 40003: PostgreSQL itself does not know whether the statement was completed.
  return isConnectionError(error) || sqlStateOf(error) === undefined || code === '40003';
}

/** The driver's own error inside Drizzle's. */
export function databaseErrorOf(error: unknown): unknown {
  return error instanceof DrizzleQueryError && error.cause !== undefined ? databaseErrorOf(error.cause) : error;
}

function codeOf(error: unknown): string | undefined {
  const inner = databaseErrorOf(error);
  if (typeof inner !== 'object' || inner === null || !('code' in inner)) return undefined;
  return typeof inner.code === 'string' ? inner.code : undefined;
}
