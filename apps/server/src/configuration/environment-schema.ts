import { parseRedisUrl } from '@folkmoot/api';
import { roomSlugSchema } from '@folkmoot/contract';
import { z } from 'zod';
import { trustProxySchema } from './trust-proxy.ts';

const onOff = z
  .string()
  .regex(/^(on|off|true|false|1|0)$/i, "must be 'on' or 'off'")
  .transform((text) => /^(on|true|1)$/i.test(text));

const milliseconds = z
  .string()
  .regex(/^\d{1,6}$/, 'must be a number of milliseconds, at most 999999')
  .transform(Number);

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'must be a number from 0 to 65535');

const host = z.string().regex(/^[A-Za-z0-9._:-]+$/, 'must be an IP address or a host name, without a port');
const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/./, 'must begin with postgres:// or postgresql://');
const redisUrl = z
  .string()
  .refine(isRedisUrl, 'must be redis://HOST:PORT or rediss://HOST:PORT, and a number behind the slash');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' });

const origin = httpUrl.refine(
  (text) => text === originOf(text),
  'must be origins such as https://app.example, without a path or a trailing slash',
);
const origins = commaList().pipe(z.array(origin).min(1));
const rooms = commaList().pipe(
  z
    .array(roomSlugSchema)
    .min(1, 'must name at least one room')
    .refine((slugs) => new Set(slugs).size === slugs.length, 'must name each room once'),
);

const publicUrl = httpUrl.refine(
  (text) => text.replace(/\/$/, '') === originOf(text),
  'must have no path: the server is served at the root',
);

const secret = z.string().refine((text) => Buffer.byteLength(text) >= 32, 'must be 32 bytes or longer');

/** One variable of the environment: how it is read, its default in words, and what docs/configuration.md says. */
function variable<Schema extends z.ZodType<unknown, string>>(schema: Schema, fallback: string, about: string) {
  return schema.optional().meta({ fallback, description: about });
}

/**
 * Every variable that the server reads. docs/configuration.md and .env.example list the same, held to it by a test. What
 * several variables must agree on is in read-configuration.ts.
 */
export const environmentSchema = z.object({
  PORT: variable(
    port,
    '5000, or the next free one',
    'The port. Set and taken, the server does not start; 0 takes any free one.',
  ),
  HOST: variable(host, '127.0.0.1; 0.0.0.0 in production', 'The address to listen on.'),
  NODE_ENV: variable(z.string(), '', '`production` changes the defaults that say so.'),
  DATA_DIR: variable(
    z.string(),
    '.data',
    'The folder of the embedded PostgreSQL and of a secret that the server made.',
  ),
  DATABASE_URL: variable(
    databaseUrl,
    'the embedded PostgreSQL',
    'A PostgreSQL of your own. Its role must be allowed to create the schema `folkmoot`.',
  ),
  DATABASE_LISTEN_URL: variable(
    databaseUrl,
    'DATABASE_URL',
    'A direct connection for LISTEN, where DATABASE_URL leads through a pooler; used without REDIS_URL.',
  ),
  REDIS_URL: variable(
    redisUrl,
    'none',
    'A Redis or Valkey that carries hints between nodes, instead of PostgreSQL. Several addresses with commas between them, or `?cluster=true`, for a cluster; a number behind the slash keeps installations apart.',
  ),
  AUTH_SECRET: variable(
    secret,
    'at home, made and kept in DATA_DIR',
    'Verifies HS256 tokens and signs those of guests; 32 bytes or more. Without it or AUTH_JWKS_URL nobody can sign in.',
  ),
  AUTH_JWKS_URL: variable(
    httpUrl,
    'none',
    'Where the public keys of your identity provider are. Needs AUTH_ISSUER and AUTH_AUDIENCE.',
  ),
  AUTH_ISSUER: variable(z.string(), 'none', 'The `iss` that a token must have.'),
  AUTH_AUDIENCE: variable(z.string(), 'none', 'The `aud` that a token must have.'),
  GUEST_LOGIN: variable(onOff, 'on at home, else off', 'Whether anyone may sign in with a name only.'),
  ANONYMOUS_READS: variable(onOff, 'on', 'Whether `chat.recent` and `chat.stats` answer without signing in.'),
  ALLOWED_ORIGINS: variable(
    origins,
    'PUBLIC_URL, else the own address and loopback',
    'Comma-separated origins whose pages may use this server.',
  ),
  PUBLIC_URL: variable(publicUrl, 'none', 'The address that people see, when a proxy stands in front.'),
  TRUST_PROXY: variable(
    trustProxySchema,
    'off',
    'Whose X-Forwarded-For counts: the number of proxies in front, or their comma-separated addresses and CIDR ranges (`loopback` for this machine).',
  ),
  RATE_LIMITS: variable(onOff, 'on', '`off` lifts the limits per user and per address, for benchmarks and tests.'),
  ROOMS: variable(rooms, 'main-chat', 'Comma-separated rooms; those that are missing are made at start.'),
  METRICS_TOKEN: variable(
    z.string(),
    'none',
    'The bearer token for /metrics. In production there are no metrics without it.',
  ),
  DRAIN_NOTICE_MS: variable(
    milliseconds,
    '0; 3000 with DATABASE_URL',
    'How long the server goes on after /readyz says no, so that a load balancer can notice.',
  ),
  DRAIN_DEADLINE_MS: variable(milliseconds, '10000', 'How long a stop may take in all, the notice included.'),
  LOG_LEVEL: variable(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, trace and silent',
    }),
    'info',
    'The least important log lines that are written; they are JSON, on standard error.',
  ),
});

export type Environment = z.infer<typeof environmentSchema>;

function commaList() {
  return z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
}

function isRedisUrl(text: string): boolean {
  try {
    parseRedisUrl(text);
    return true;
  } catch {
    return false;
  }
}

function originOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}
