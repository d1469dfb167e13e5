import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Clock, FolkmootRouter } from '@folkmoot/api';
import { addressKey, createWebSocketHandler, type WebSocketHandler } from '@folkmoot/ws';
import type { TRPCError } from '@trpc/server';
import { atTime } from './auth/at-time.ts';
import type { Credential } from './auth/credential.ts';
import type { RequestContext } from './request-context.ts';

export type SocketEndpointOptions = {
  router: FolkmootRouter;
  createCredential: (token: string | undefined) => Credential;
  isOriginAllowed: (origin: string | undefined) => boolean;
  addressOf: (req: IncomingMessage) => string;
  /** Off where limits per address are (A6). */
  rateLimits: boolean;
  clock: Clock;
  onError: (error: TRPCError, path: string | undefined, requestId: string) => void;
};

/** How long calls may hold up the end of a socket whose token has expired. */
const callsAfterExpiryMs = 10_000;

/**
 * tRPC over WebSocket. Credentials come in connectionParams alone; a bad one fails the calls, not the socket (A2). At a
 * token's expiry calls under way are answered, and the socket is closed so that the client comes back with a fresh one
 * (A3).
 */
export function createSocketEndpoint(options: SocketEndpointOptions): WebSocketHandler {
  const { router, createCredential, clock, addressOf } = options;
  const ids = new WeakMap<IncomingMessage, string>();

  return createWebSocketHandler<FolkmootRouter>({
    router,
    path: '/trpc',
    isOriginAllowed: options.isOriginAllowed,
    clientAddress: addressOf,
    isAnonymous: (params) => params?.['token'] === undefined,
    schedule: (callback, delayMs) => clock.after(delayMs, callback),
    limits: options.rateLimits ? {} : { maxSocketsPerAddress: Number.POSITIVE_INFINITY },
    createContext({ req, connectionParams, connection }) {
      const credential = createCredential(connectionParams?.['token']);
      const requestId = randomUUID();
      ids.set(req, requestId);
      const context: RequestContext = { credential, clientAddress: addressKey(addressOf(req)), requestId };
      credential.onVerified((expiresAtMs) => {
        const close = () => connection.closeWhenIdle('tokenExpired', callsAfterExpiryMs);
        connection.signal.addEventListener('abort', atTime(clock, expiresAtMs, close));
      });
      // Whatever comes of it is told to each call; here it only starts the clock.
      credential.authenticate().catch(() => {});
      return context;
    },
    onError: ({ error, path, req }) => options.onError(error, path, ids.get(req) ?? ''),
  });
}
