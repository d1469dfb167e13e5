import { resolve } from 'node:path';
import { defaultRoom } from '@folkmoot/contract';
import type { Configuration } from './configuration.ts';
import { environmentSchema, type Environment } from './environment-schema.ts';
import { isLoopback } from './loopback.ts';

/** The environment is not one to start with; the message says all that is wrong with it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Works out the configuration. An empty value counts as unset.
 *
 * @throws ConfigurationError with every problem at once
 */
export function readConfiguration(environment: Record<string, string | undefined>): Configuration {
  const { values, problems } = parseEach(environment);
  const isProduction = values.NODE_ENV === 'production';
  const host = values.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1');
  const isAtHome =
    isLoopback(host) &&
    !isProduction &&
    [environment['DATABASE_URL'], environment['TRUST_PROXY'], environment['PUBLIC_URL']].every((value) => !value);
  const guestLogin = values.GUEST_LOGIN ?? isAtHome;
  const drainDeadlineMs = values.DRAIN_DEADLINE_MS ?? 10_000;

  problems.push(...disagreements(environment, { isAtHome, guestLogin, drainDeadlineMs, values }));
  if (problems.length > 0) throw new ConfigurationError(problems);

  return {
    isProduction,
    isAtHome,
    host,
    port: values.PORT ?? 5000,
    isPortFixed: values.PORT !== undefined,
    dataDir: resolve(values.DATA_DIR ?? '.data'),
    databaseUrl: values.DATABASE_URL,
    databaseListenUrl: values.DATABASE_LISTEN_URL,
    redisUrl: values.REDIS_URL,
    authSecret: values.AUTH_SECRET,
    authJwksUrl: values.AUTH_JWKS_URL,
    authIssuer: values.AUTH_ISSUER,
    authAudience: values.AUTH_AUDIENCE,
    guestLogin,
    anonymousReads: values.ANONYMOUS_READS ?? true,
    allowedOrigins: values.ALLOWED_ORIGINS,
    publicUrl: values.PUBLIC_URL?.replace(/\/$/, ''),
    trustProxy: values.TRUST_PROXY ?? { kind: 'none' },
    rateLimits: values.RATE_LIMITS ?? true,
    rooms: values.ROOMS ?? [defaultRoom],
    metricsToken: values.METRICS_TOKEN,
    drainNoticeMs: values.DRAIN_NOTICE_MS ?? (values.DATABASE_URL ? Math.min(3_000, drainDeadlineMs / 2) : 0),
    drainDeadlineMs,
    logLevel: values.LOG_LEVEL ?? 'info',
  };
}

/** Each variable by itself, so that one bad value hides no other. */
function parseEach(environment: Record<string, string | undefined>): { values: Environment; problems: string[] } {
  const present = Object.keys(environmentSchema.shape).filter((name) => environment[name]);
  const given = Object.fromEntries(present.map((name) => [name, environment[name]]));
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return { values: parsed.data, problems: [] };

  const problems = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
  const good = Object.fromEntries(present.filter((name) => !problems.has(name)).map((name) => [name, given[name]]));
  return {
    values: environmentSchema.parse(good),
    problems: Array.from(problems, ([name, message]) => `${name} ${message}`),
  };
}

/** What several variables must agree on. A variable that is bad by itself counts as set. */
function disagreements(
  environment: Record<string, string | undefined>,
  known: { isAtHome: boolean; guestLogin: boolean; drainDeadlineMs: number; values: Environment },
): string[] {
  const isSet = (name: keyof Environment): boolean => Boolean(environment[name]);
  const { isAtHome, guestLogin, drainDeadlineMs, values } = known;
  const problems: string[] = [];

  if (isSet('AUTH_JWKS_URL') && !(isSet('AUTH_ISSUER') && isSet('AUTH_AUDIENCE'))) {
    problems.push('AUTH_JWKS_URL needs AUTH_ISSUER and AUTH_AUDIENCE, or tokens for other applications would be taken');
  }
  if (!isAtHome && !isSet('AUTH_SECRET') && !isSet('AUTH_JWKS_URL')) {
    problems.push('AUTH_SECRET (32 bytes or longer) or AUTH_JWKS_URL is required, or nobody could sign in');
  }
  if (!isAtHome && guestLogin && !isSet('AUTH_SECRET') && isSet('AUTH_JWKS_URL')) {
    problems.push('GUEST_LOGIN=on needs AUTH_SECRET, which signs the tokens of guests');
  }
  if (isSet('DATABASE_LISTEN_URL') && !isSet('DATABASE_URL')) {
    problems.push('DATABASE_LISTEN_URL needs DATABASE_URL');
  }
  if (values.DRAIN_NOTICE_MS !== undefined && values.DRAIN_NOTICE_MS >= drainDeadlineMs) {
    problems.push(`DRAIN_NOTICE_MS must be less than DRAIN_DEADLINE_MS, which is ${drainDeadlineMs}`);
  }
  return problems;
}
