import type { AllowedOrigins } from './allowed-origins.ts';
import type { Exchange } from './exchange.ts';
import { sendError } from './json-response.ts';

const allowedMethods = 'GET, POST, HEAD, OPTIONS';
const allowedHeaders = 'authorization, content-type, trpc-accept, last-event-id, x-trpc-source, cache-control';

/**
 * Lets pages of allowed origins in and refuses all others, their simple requests too, which a browser would send without
 * asking (A5). True when the request goes on; otherwise the answer has been given.
 */
export function passesCors(exchange: Exchange, origins: AllowedOrigins): boolean {
  const { req, res } = exchange;
  const { origin } = req.headers;
  res.appendHeader('vary', 'origin');
  if (!origins.isAllowed(origin)) {
    sendError(exchange, 403, {
      code: 'FORBIDDEN',
      message: 'Pages of this origin may not use this server.',
      retryable: 'no',
    });
    return false;
  }
  if (origin !== undefined) {
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
  }
  if (req.method !== 'OPTIONS') return true;
  res.setHeader('access-control-allow-methods', allowedMethods);
  res.setHeader('access-control-allow-headers', allowedHeaders);
  res.setHeader('access-control-max-age', '600');
  res.statusCode = 204;
  res.end();
  return false;
}
