import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  createChatServices,
  createFolkmootRouter,
  createRedisRateLimiter,
  systemClock,
  type Clock,
} from '@folkmoot/api';
import { addressKey } from '@folkmoot/ws';
import type { TRPCError } from '@trpc/server';
import { createCredential, type Credential } from './auth/credential.ts';
import { createGuestTokens } from './auth/guest-tokens.ts';
import { createTokenVerifier } from './auth/token-verifier.ts';
import { rememberVerified } from './auth/verification-cache.ts';
import { keepAuthSecret } from './configuration/auth-secret.ts';
import type { Configuration } from './configuration/configuration.ts';
import { bracketed, createAllowedOrigins } from './http/allowed-origins.ts';
import { chatCodeOf } from './http/call-errors.ts';
import { clientAddress } from './http/client-address.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { createEventStreams } from './http/event-streams.ts';
import { listen } from './http/listen.ts';
import { createRequestListener } from './http/request-listener.ts';
import { pagePolicy } from './http/security-headers.ts';
import { createStaticPage } from './http/static-page.ts';
import { createStatusEndpoints } from './http/status-endpoints.ts';
import { createTrpcEndpoint } from './http/trpc-endpoint.ts';
import { createClosers } from './lifecycle/closers.ts';
import { watchDatabase } from './lifecycle/database-watch.ts';
import { drainServer, pause } from './lifecycle/drain-server.ts';
import { openDatabase } from './lifecycle/open-database.ts';
import { openEventBus } from './lifecycle/open-event-bus.ts';
import type { Logger } from './observability/create-logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { createApiDocs } from './rest/api-docs.ts';
import { createRestEndpoint } from './rest/rest-endpoint.ts';
import type { RequestContext } from './request-context.ts';
import { createSocketEndpoint } from './socket-endpoint.ts';

export type ServerDependencies = {
  log: Logger;
  clock?: Clock;
  /** Where the built page lies; that of @folkmoot/web by default. */
  pageDirectory?: string;
};

export type RunningServer = {
  /** `http://HOST:PORT`, as it is printed. */
  url: string;
  port: number;
  /** Stops in order (T5), once, however often it is called. */
  close: () => Promise<void>;
};

/** What the database and its services may take to end after the last client has gone. */
const closeWithinMs = 15_000;

/**
 * Opens everything in order and serves; closes in reverse. It only wires: what each part does is beside it.
 *
 * @throws StartupError, EmbeddedPostgresError, DatabaseUrlError and DatabaseSchemaError, each with a sentence that says
 * what to do; nothing stays open then
 */
export async function startServer(
  configuration: Configuration,
  { log, clock = systemClock, pageDirectory }: ServerDependencies,
): Promise<RunningServer> {
  const closers = createClosers((error) => log.error({ err: error }, 'a part of the server did not close in order'));
  try {
    return await open();
  } catch (error) {
    await closers.closeAll();
    throw error;
  }

  async function open(): Promise<RunningServer> {
    const { host, trustProxy } = configuration;
    const connection = await openDatabase(configuration, { log, closers });
    const secret =
      configuration.authSecret ?? (configuration.isAtHome ? await keepAuthSecret(configuration.dataDir) : undefined);

    const { rooms, rateLimits, anonymousReads } = configuration;
    const source = randomUUID();
    const bus = openEventBus(configuration, { connection, source, log, clock });
    const services = await createChatServices({
      database: connection.db,
      ...(bus && { bus }),
      source,
      rooms,
      rateLimits:
        rateLimits && configuration.redisUrl !== undefined
          ? createRedisRateLimiter({ url: configuration.redisUrl, clock, logger: log })
          : rateLimits,
      anonymousReads,
      clock,
      logger: log,
    });
    closers.push(async () => services.close());

    const now = () => clock.now();
    const router = createFolkmootRouter<RequestContext>({
      services,
      authenticate: async ({ credential }) => credential.authenticate(),
      clientAddress: (context) => context.clientAddress,
      guests: configuration.guestLogin && secret !== undefined ? createGuestTokens({ secret, now }) : undefined,
    });
    const verifier = createTokenVerifier({
      secret,
      jwksUrl: configuration.authJwksUrl,
      issuer: configuration.authIssuer,
      audience: configuration.authAudience,
      guestLogin: configuration.guestLogin,
      now,
    });
    const verify = rememberVerified(verifier, { now });

    let isDraining = false;
    const addressOf = (req: IncomingMessage) => addressKey(clientAddress(req, trustProxy));
    const onError = (error: TRPCError, path: string | undefined, requestId: string) => {
      const code = chatCodeOf(router, error);
      metrics.countError(code);
      // Whatever a client asked for is its own choice of words.
      const called = path?.slice(0, 200);
      if (code === 'INTERNAL') log.error({ err: error, path: called, requestId }, 'a call failed');
      else log.debug({ code, path: called, requestId }, 'a call was refused');
    };
    const shared = {
      router,
      createCredential: (token: string | undefined): Credential => createCredential(token, verify, now),
      onError,
    };

    const httpServer = createHttpServer();
    const streams = createEventStreams(clock, rateLimits ? undefined : Number.POSITIVE_INFINITY);
    const origins = () => (allowed ??= createAllowedOrigins({ ...configuration, port: portOf() }));
    let allowed: ReturnType<typeof createAllowedOrigins> | undefined;
    const portOf = () => {
      const address = httpServer.address();
      return typeof address === 'object' && address ? address.port : configuration.port;
    };
    const sockets = createSocketEndpoint({
      ...shared,
      isOriginAllowed: (origin) => origins().isAllowed(origin),
      addressOf,
      rateLimits,
      clock,
    });
    const database = watchDatabase({
      ping: async () => connection.sql`select 1`,
      clock,
      onChange: (isUp) => log.warn(isUp ? 'the database answers again' : 'the database does not answer'),
      onLongOutage() {
        sockets.sendAway('tryAgainLater');
        streams.cutAll();
      },
    });
    closers.push(() => database.close());
    const metrics = createMetrics({
      webSockets: () => sockets.count(),
      eventStreams: () => streams.count(),
      isDatabaseUp: () => database.isUp(),
      isBusUp: () => bus?.isUp() ?? true,
      isDraining: () => isDraining,
    });

    const port = await listen(httpServer, configuration);
    const url = `http://${bracketed(host)}:${port}`;
    httpServer.on(
      'request',
      createRequestListener({
        trpc: createTrpcEndpoint({ ...shared, streams }),
        rest: createRestEndpoint(shared),
        docs: createApiDocs(configuration.publicUrl),
        status: createStatusEndpoints({
          isDatabaseUp: () => database.isUp(),
          isDraining: () => isDraining,
          metrics,
          metricsToken: configuration.metricsToken,
          isProduction: configuration.isProduction,
        }),
        page: createStaticPage({
          policy: pagePolicy(origins().list),
          ...(pageDirectory === undefined ? {} : { directory: pageDirectory }),
        }),
        origins,
        addressOf,
        isDraining: () => isDraining,
        log,
        metrics,
        clock,
      }),
    );
    httpServer.on('upgrade', sockets.handleUpgrade);

    let closing: Promise<void> | undefined;
    async function close(): Promise<void> {
      isDraining = true;
      log.info('stopping');
      const { drainNoticeMs: noticeMs, drainDeadlineMs: deadlineMs } = configuration;
      await drainServer({ httpServer, sockets, streams, noticeMs, deadlineMs, clock });
      await Promise.race([closers.closeAll(), pause(clock, closeWithinMs)]);
      log.info('stopped');
    }
    return { url, port, close: async () => (closing ??= close()) };
  }
}
