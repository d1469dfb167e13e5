import type { Retryable } from '@folkmoot/contract';
import type { Exchange } from './exchange.ts';

/** An error over plain HTTP: the same three facts that tRPC's clients get in `data.chat` (S7). */
export type HttpError = { code: string; message: string; retryable: Retryable; retryAfterMs?: number | undefined };

/** Answers with JSON; to HEAD without the body. */
export function sendJson({ req, res }: Exchange, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.statusCode = status;
  res.setHeader('content-type', 'application/json; charset=utf-8');
  res.setHeader('content-length', Buffer.byteLength(text));
  if (!res.hasHeader('cache-control')) res.setHeader('cache-control', 'no-store');
  if (req.method === 'HEAD') res.end();
  else res.end(text);
}

export function sendError(exchange: Exchange, status: number, error: HttpError): void {
  const { retryAfterMs, ...rest } = error;
  if (retryAfterMs !== undefined) exchange.res.setHeader('retry-after', retryAfterSeconds(retryAfterMs));
  if (status === 401) exchange.res.setHeader('www-authenticate', 'Bearer');
  sendJson(exchange, status, { error: retryAfterMs === undefined ? rest : { ...rest, retryAfterMs } });
}

/** Whole seconds, as the header Retry-After has them, and never zero. */
export function retryAfterSeconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}

export function sendNotFound(exchange: Exchange): void {
  sendError(exchange, 404, { code: 'NOT_FOUND', message: 'There is nothing here.', retryable: 'no' });
}

/** True when the method is GET or HEAD; otherwise the answer has been given. */
export function isRead(exchange: Exchange): boolean {
  const { method } = exchange.req;
  if (method === 'GET' || method === 'HEAD') return true;
  exchange.res.setHeader('allow', 'GET, HEAD');
  sendError(exchange, 405, { code: 'METHOD_NOT_ALLOWED', message: 'Only GET and HEAD work here.', retryable: 'no' });
  return false;
}
