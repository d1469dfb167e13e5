import { createHash, timingSafeEqual } from 'node:crypto';
import { bearerToken } from '../auth/bearer-token.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ExchangeHandler } from './exchange.ts';
import { isRead, sendError, sendJson, sendNotFound } from './json-response.ts';

/** Whether the server is alive, whether it wants new clients (T4, T5), and what it counts. */
export function createStatusEndpoints(options: {
  isDatabaseUp: () => boolean;
  isDraining: () => boolean;
  metrics: Metrics;
  metricsToken: string | undefined;
  isProduction: boolean;
}): ExchangeHandler {
  const { isDatabaseUp, isDraining, metrics, metricsToken, isProduction } = options;

  return async (exchange) => {
    if (!isRead(exchange)) return;
    const { path, req, res } = exchange;
    if (path === '/healthz') {
      sendJson(exchange, 200, { status: 'alive' });
    } else if (path === '/readyz') {
      const status = isDraining() ? 'draining' : isDatabaseUp() ? 'ready' : 'no database';
      sendJson(exchange, status === 'ready' ? 200 : 503, { status });
    } else if (metricsToken === undefined && isProduction) {
      sendNotFound(exchange);
    } else if (metricsToken !== undefined && !isSame(metricsToken, bearerToken(req.headers.authorization) ?? '')) {
      sendError(exchange, 401, {
        code: 'UNAUTHORIZED',
        message: 'Send METRICS_TOKEN as a bearer token.',
        retryable: 'no',
      });
    } else {
      res.setHeader('content-type', metrics.contentType);
      res.setHeader('cache-control', 'no-store');
      res.end(req.method === 'HEAD' ? undefined : await metrics.text());
    }
  };
}

/** Compares without telling by its time how much was right. */
function isSame(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
