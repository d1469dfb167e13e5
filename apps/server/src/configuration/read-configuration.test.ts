import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepAuthSecret } from './auth-secret.ts';
import { ConfigurationError, readConfiguration } from './read-configuration.ts';

const secret = 'a secret that is long enough: 32+';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('the defaults', () => {
  it('are those of a server at home when nothing is set', () => {
    expect(readConfiguration({ PATH: '/bin', PORT: '' })).toMatchObject({
      host: '127.0.0.1',
      port: 5000,
      isPortFixed: false,
      dataDir: resolve('.data'),
      isAtHome: true,
      guestLogin: true,
      anonymousReads: true,
      rateLimits: true,
      rooms: ['main-chat'],
      trustProxy: { kind: 'none' },
      drainNoticeMs: 0,
      drainDeadlineMs: 10_000,
      logLevel: 'info',
    });
  });

  it.each([
    { NODE_ENV: 'production' },
    { HOST: '0.0.0.0' },
    { DATABASE_URL: 'postgres://localhost/chat' },
    { TRUST_PROXY: '1' },
    { PUBLIC_URL: 'https://chat.example' },
  ])('are not those of home with %o: no guests, and a secret or JWKS is required', (environment) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining('AUTH_SECRET')]);
    expect(readConfiguration({ ...environment, AUTH_SECRET: secret })).toMatchObject({
      isAtHome: false,
      guestLogin: false,
    });
  });

  it('listen to the world in production, and give notice of a stop where there is a DATABASE_URL', () => {
    const environment = { NODE_ENV: 'production', AUTH_SECRET: secret, DATABASE_URL: 'postgres://localhost/chat' };
    expect(readConfiguration(environment)).toMatchObject({ host: '0.0.0.0', drainNoticeMs: 3000 });
  });
});

describe('a bad value', () => {
  it('is refused together with every other one', () => {
    const problems = problemsOf({
      PORT: '70000',
      HOST: 'not a host',
      DATABASE_URL: 'mysql://x',
      REDIS_URL: 'x',
      AUTH_SECRET: 'short',
      AUTH_JWKS_URL: 'ftp://keys',
      GUEST_LOGIN: 'maybe',
      ALLOWED_ORIGINS: 'https://a.example/path',
      PUBLIC_URL: 'https://chat.example/chat',
      TRUST_PROXY: 'everyone',
      ROOMS: 'Main Chat',
      DRAIN_NOTICE_MS: '20000',
      DRAIN_DEADLINE_MS: '-1',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.replace(/ .*/s, '')).toSorted()).toEqual(
      [
        'ALLOWED_ORIGINS',
        'AUTH_JWKS_URL',
        'AUTH_JWKS_URL',
        'AUTH_SECRET',
        'DATABASE_URL',
        'DRAIN_DEADLINE_MS',
        'DRAIN_NOTICE_MS',
        'GUEST_LOGIN',
        'HOST',
        'LOG_LEVEL',
        'PORT',
        'PUBLIC_URL',
        'REDIS_URL',
        'ROOMS',
        'TRUST_PROXY',
      ].toSorted(),
    );
  });

  it('is one that does not agree with another', () => {
    expect(problemsOf({ AUTH_JWKS_URL: 'https://id.example/keys', AUTH_ISSUER: 'x' })).toHaveLength(1);
    expect(problemsOf({ DATABASE_LISTEN_URL: 'postgres://x/y' })).toHaveLength(1);
    const away = { HOST: '0.0.0.0', AUTH_JWKS_URL: 'https://id.example/keys', AUTH_ISSUER: 'x', AUTH_AUDIENCE: 'y' };
    expect(problemsOf(away)).toEqual([]);
    expect(problemsOf({ ...away, GUEST_LOGIN: 'on' })).toEqual([expect.stringContaining('GUEST_LOGIN')]);
  });

  it('never shows a secret in the message', () => {
    expect(problemsOf({ AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@h/d' }).join()).not.toContain(
      'hunter2',
    );
  });
});

it('counts secrets in bytes', () => {
  expect(problemsOf({ AUTH_SECRET: 'ä'.repeat(16) })).toEqual([]);
  expect(problemsOf({ AUTH_SECRET: 'a'.repeat(31) })).toHaveLength(1);
});

describe('the secret of a server at home', () => {
  it('is made once, for two first starts at once too, and is its owner`s only', async () => {
    const dataDir = join(await mkdtemp(join(tmpdir(), 'folkmoot-secret-')), 'data');
    const secrets = await Promise.all(Array.from({ length: 10 }, async () => keepAuthSecret(dataDir)));
    expect(new Set(secrets).size).toBe(1);
    expect(Buffer.byteLength(secrets[0] ?? '')).toBeGreaterThanOrEqual(32);
    const file = join(dataDir, 'auth-secret');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(secrets[0]);
  });

  it('is not replaced behind anybody`s back when the file is damaged', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'folkmoot-secret-'));
    await writeFile(join(dataDir, 'auth-secret'), 'short');
    await expect(keepAuthSecret(dataDir)).rejects.toThrow(/Remove it/);
  });
});
