import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sirv from 'sirv';
import type { ExchangeHandler } from './exchange.ts';
import { isRead, sendError, sendNotFound } from './json-response.ts';

/** Serves the demo client's built files, whose names in /assets change with their content. */
export function createStaticPage(options: { directory?: string; policy: string }): ExchangeHandler {
  const directory = options.directory ?? builtPage();
  if (!existsSync(join(directory, 'index.html'))) {
    return (exchange) => {
      if (!isRead(exchange)) return;
      if (exchange.path !== '/') sendNotFound(exchange);
      else sendError(exchange, 404, { code: 'NOT_FOUND', message: 'The page is not built.', retryable: 'no' });
    };
  }
  const serve = sirv(directory, {
    etag: true,
    dotfiles: false,
    setHeaders(res, path) {
      const isImmutable = path.startsWith('/assets/');
      res.setHeader('cache-control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (exchange) => {
    if (!isRead(exchange)) return;
    // Also with a 304, of which sirv tells no setHeaders: a browser takes its headers over those that it has kept.
    exchange.res.setHeader('content-security-policy', options.policy);
    serve(exchange.req, exchange.res, () => sendNotFound(exchange));
  };
}

function builtPage(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@folkmoot/web/package.json')), 'dist');
}
