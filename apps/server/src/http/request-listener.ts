import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@folkmoot/api';
import type { Logger } from '../observability/create-logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { AllowedOrigins } from './allowed-origins.ts';
import { passesCors } from './cors.ts';
import type { Exchange, ExchangeHandler } from './exchange.ts';
import { sendError } from './json-response.ts';
import type { QuietResponse } from './quiet-response.ts';
import { setSecurityHeaders } from './security-headers.ts';

export type RequestListenerOptions = {
  trpc: ExchangeHandler;
  rest: ExchangeHandler;
  docs: ExchangeHandler;
  status: ExchangeHandler;
  page: ExchangeHandler;
  origins: () => AllowedOrigins;
  addressOf: (req: IncomingMessage) => string;
  isDraining: () => boolean;
  log: Logger;
  metrics: Metrics;
  clock: Clock;
};

type Route = 'trpc' | 'rest' | 'docs' | 'status' | 'page';

/** How long the rest of a body that nobody reads may take to come before the connection is cut. */
const unreadBodyMs = 5_000;

/** Leads every HTTP request to its handler, and sees to what all of them share: ids, headers, logs, failures. */
export function createRequestListener(
  options: RequestListenerOptions,
): (req: IncomingMessage, res: QuietResponse) => void {
  const { origins, addressOf, isDraining, log, clock } = options;

  async function handle(exchange: Exchange, route: Route): Promise<void> {
    const isForPages = route === 'trpc' || route === 'rest';
    if (isForPages && !passesCors(exchange, origins())) return;
    await options[route](exchange);
  }

  return (req, res) => {
    const url = req.url ?? '/';
    const queryAt = url.indexOf('?');
    const exchange: Exchange = {
      req,
      res,
      id: randomUUID(),
      path: queryAt < 0 ? url : url.slice(0, queryAt),
      query: new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt)),
      clientAddress: addressOf(req),
    };
    const route = routeOf(exchange.path);
    setSecurityHeaders(res);
    res.setHeader('x-request-id', exchange.id);
    if (isDraining()) res.setHeader('connection', 'close');
    observe(exchange, route, options);

    res.once('finish', () => {
      if (req.complete) return;
      const cancel = clock.after(unreadBodyMs, () => req.socket.destroy());
      req.once('end', cancel);
      req.once('close', cancel);
    });
    handle(exchange, route).catch((error: unknown) => {
      log.error({ err: error, requestId: exchange.id, route }, 'a request failed');
      if (res.headersSent) {
        res.destroy();
        return;
      }
      const message = 'Something went wrong on the server.';
      sendError(exchange, 500, { code: 'INTERNAL', message, retryable: 'with-client-message-id' });
    });
  };
}

function routeOf(path: string): Route {
  if (path === '/trpc' || path.startsWith('/trpc/')) return 'trpc';
  if (path === '/api' || path.startsWith('/api/')) return 'rest';
  if (path === '/docs' || path.startsWith('/docs/') || path === '/openapi.json') return 'docs';
  return path === '/healthz' || path === '/readyz' || path === '/metrics' ? 'status' : 'page';
}

/** One log line and one measurement a request, when it is over. The path is logged; a query may hold a token (A3). */
function observe(exchange: Exchange, route: Route, options: RequestListenerOptions): void {
  const { log, metrics, clock } = options;
  const { req, res, id } = exchange;
  const startedAt = clock.now();
  res.once('close', () => {
    const durationMs = clock.now() - startedAt;
    const isStream = res.getHeader('content-type') === 'text/event-stream';
    if (!isStream) metrics.observeRequest(route, res.statusCode, durationMs / 1000);
    if (route === 'page' || route === 'status' || route === 'docs') return;
    const path = exchange.path.slice(0, 200);
    log.info({ requestId: id, method: req.method, path, status: res.statusCode, durationMs }, 'request');
  });
}
