import { databaseErrorOf, isConnectionError, sqlStateOf } from './database-error.ts';

/** A DATABASE_URL that cannot be used, or a database that cannot be reached by it, as a sentence for its operator. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError';
}

/** Throws a `DatabaseUrlError` unless this is a URL that postgres.js can take. No message of ours shows the password. */
export function checkDatabaseUrl(url: string): void {
  const example = 'It looks like postgres://user:password@host:5432/database.';
  let parsed: URL;
  try {
    // Several hosts with commas between them are fine for the driver, and each alone must make a URL.
    const [first, ...others] = eachHost(url).map((one) => new URL(one));
    if (!first || others.some(({ hostname }) => hostname === '')) throw new TypeError('A host is missing.');
    parsed = first;
    decodeURIComponent(parsed.username + parsed.password);
  } catch {
    throw new DatabaseUrlError(`The database URL is not a URL. ${example}`);
  }
  if (parsed.protocol !== 'postgres:' && parsed.protocol !== 'postgresql:') {
    throw new DatabaseUrlError(`The database URL begins with ${parsed.protocol}//, not with postgres://. ${example}`);
  }
}

function eachHost(url: string): string[] {
  const [, before = '', hosts = '', after = ''] = /^(\w+:\/\/(?:[^/?]*@)?)([^/?]*)(.*)$/s.exec(url) ?? [];
  return before === '' ? [url] : hosts.split(',').map((host) => `${before}${host}${after}`);
}

/** Where a database URL leads to, without user and password. */
export function databaseAddress(url: string): string {
  const [authority = '', ...path] = url.slice(url.indexOf('://') + 3).split('/');
  return [authority.slice(authority.lastIndexOf('@') + 1), ...path].join('/').replace(/\?.*$/, '');
}

/**
 * An error from the first use of a database as a sentence that says what to do. Errors that a person cannot put right
 * by another URL, and those without a known cause, are given back as they are.
 */
export function explainDatabaseError(error: unknown, url: string): unknown {
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  return new DatabaseUrlError(`Cannot use the database at ${databaseAddress(url)}: ${reason} Check DATABASE_URL.`, {
    cause: error,
  });
}

function reasonOf(error: unknown): string | undefined {
  const inner = databaseErrorOf(error);
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : '';
  const state = sqlStateOf(error);
  if (code === 'ECONNREFUSED') return 'nothing listens there.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no host of that name.';
  if (code === 'CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'it does not answer.';
  if (code === 'SASL_SIGNATURE_MISMATCH') return 'it does not know the password either.';
  if (state === '42501' && inner instanceof Error) {
    return `${inner.message}. The role must be allowed to create the schema folkmoot (GRANT CREATE ON DATABASE).`;
  }
  const isRefusal = state === '3D000' || state?.startsWith('28') === true || isConnectionError(error);
  return isRefusal && inner instanceof Error ? `${inner.message}.` : undefined;
}
