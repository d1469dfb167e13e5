import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Exchange, ExchangeHandler } from './exchange.ts';
import { isRead, sendError, sendNotFound } from './json-response.ts';
import { readStaticFiles, type StaticFile } from './static-files.ts';

/** Serves the demo client's built files, whose names in /assets change with their content. */
export function createStaticPage(options: { directory?: string; policy: string }): ExchangeHandler {
  const directory = options.directory ?? builtPage();
  const files = existsSync(directory) ? readStaticFiles(directory) : new Map<string, StaticFile>();

  return (exchange) => {
    if (!isRead(exchange)) return;
    const path = exchange.path === '/' ? '/index.html' : exchange.path;
    const file = files.get(path);
    if (file) {
      exchange.res.setHeader('content-security-policy', options.policy);
      exchange.res.setHeader(
        'cache-control',
        path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      sendFile(exchange, file);
    } else if (exchange.path === '/') {
      const message = 'The page is not built. Run `pnpm build` and start the server again.';
      sendError(exchange, 404, { code: 'NOT_FOUND', message, retryable: 'no' });
    } else {
      sendNotFound(exchange);
    }
  };
}

function sendFile({ req, res }: Exchange, { type, etag, content, gzipped }: StaticFile): void {
  res.setHeader('etag', etag);
  res.setHeader('vary', 'accept-encoding');
  if (req.headers['if-none-match'] === etag) {
    res.statusCode = 304;
    res.end();
    return;
  }
  const takesGzip = /\bgzip\b/.test(req.headers['accept-encoding'] ?? '');
  const body = takesGzip && gzipped ? gzipped : content;
  if (body === gzipped) res.setHeader('content-encoding', 'gzip');
  res.setHeader('content-type', type);
  res.setHeader('content-length', body.length);
  if (req.method === 'HEAD') res.end();
  else res.end(body);
}

function builtPage(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@folkmoot/web/package.json')), 'dist');
}
