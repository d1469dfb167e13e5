import type { TrustProxy } from './trust-proxy.ts';

/** What the server runs on, worked out from the environment once; nothing else reads `process.env`. */
export type Configuration = {
  isProduction: boolean;
  /** Alone on a machine of one's own: guests may come in and a secret is made (docs/configuration.md). */
  isAtHome: boolean;
  host: string;
  port: number;
  /** A port that was asked for is not replaced by another one. */
  isPortFixed: boolean;
  /** Absolute. */
  dataDir: string;
  /** Undefined means the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  databaseListenUrl: string | undefined;
  redisUrl: string | undefined;
  /** Undefined at home means: the one kept in `dataDir`. */
  authSecret: string | undefined;
  authJwksUrl: string | undefined;
  authIssuer: string | undefined;
  authAudience: string | undefined;
  guestLogin: boolean;
  anonymousReads: boolean;
  allowedOrigins: readonly string[] | undefined;
  /** The origin only. */
  publicUrl: string | undefined;
  trustProxy: TrustProxy;
  rateLimits: boolean;
  rooms: readonly string[];
  metricsToken: string | undefined;
  drainNoticeMs: number;
  drainDeadlineMs: number;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
};
