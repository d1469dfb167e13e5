import { DomainError, type FolkmootRouter } from '@folkmoot/api';
import { errorCatalogue, limits } from '@folkmoot/contract';
import { transformTRPCResponse, TRPCError } from '@trpc/server';
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http';
import type { TRPCRequestInfo } from '@trpc/server/http';
import { bearerToken } from '../auth/bearer-token.ts';
import type { Credential } from '../auth/credential.ts';
import { shapeOf } from './call-errors.ts';
import type { EventStreams } from './event-streams.ts';
import type { Exchange, ExchangeHandler } from './exchange.ts';
import { retryAfterSeconds, sendError } from './json-response.ts';

export type TrpcEndpointOptions = {
  router: FolkmootRouter;
  createCredential: (token: string | undefined) => Credential;
  streams: EventStreams;
  onError: (error: TRPCError, path: string | undefined, requestId: string) => void;
};

const tooManyStreams = { message: 'Too many streams are open from this address.', retryAfterMs: 30_000 };
const methods = ['GET', 'POST', 'HEAD'];

/** The one call that a bad token does not keep from being made (A2). */
const callWithoutToken = 'auth.guest';

/** tRPC over HTTP: batched queries and mutations, and subscriptions as server-sent events. */
export function createTrpcEndpoint(options: TrpcEndpointOptions): ExchangeHandler {
  const { router, createCredential, streams, onError } = options;

  return async (exchange) => {
    const { req, res, query } = exchange;
    if (!methods.includes(req.method ?? '')) {
      res.setHeader('allow', methods.join(', '));
      sendError(exchange, 405, { code: 'INVALID_INPUT', message: 'tRPC takes GET and POST.', retryable: 'no' });
      return;
    }
    const path = exchange.path.replace(/^\/trpc\/?/, '');
    const headerToken = bearerToken(req.headers.authorization);
    const headerCredential = headerToken === undefined ? undefined : createCredential(headerToken);
    if (req.method === 'POST') {
      const refusal = await refusalBeforeBody(exchange, calledPaths(path, query), headerCredential);
      if (refusal) {
        refuseCalls(exchange, { router, paths: calledPaths(path, query), refusal });
        return;
      }
    }
    await nodeHTTPRequestHandler({
      router,
      req,
      res,
      path,
      maxBatchSize: limits.httpBatchCalls,
      maxBodySize: limits.frameBytes,
      allowMethodOverride: true,
      createContext({ info }) {
        const credential = headerCredential ?? createCredential(info.connectionParams?.['token']);
        if (isStream(info) && !streams.add(res, credential, exchange.clientAddress)) {
          throw new TRPCError({ code: 'TOO_MANY_REQUESTS', cause: new DomainError('RATE_LIMITED', tooManyStreams) });
        }
        return { credential, clientAddress: exchange.clientAddress, requestId: exchange.id };
      },
      responseMeta({ errors, eagerGeneration }) {
        // tRPC sets its own `vary` over the one that was there.
        const headers = new Headers({ vary: 'origin' });
        if (!eagerGeneration) headers.set('cache-control', 'no-store');
        const waits = errors.map((error) =>
          error.cause instanceof DomainError ? error.cause.retryAfterMs : undefined,
        );
        const longest = Math.max(...waits.map((wait) => wait ?? 0));
        if (longest > 0) headers.set('retry-after', retryAfterSeconds(longest));
        return { headers };
      },
      onError: ({ error, path: calledPath }) => onError(error, calledPath, exchange.id),
    });
  };
}

function isStream(info: TRPCRequestInfo): boolean {
  return info.type === 'subscription' && info.accept !== 'application/jsonl';
}

function calledPaths(path: string, query: URLSearchParams): string[] {
  const decoded = decode(path);
  return query.get('batch') === '1' ? decoded.split(',') : [decoded];
}

/** What can be refused without reading what may be a long body (A5). */
async function refusalBeforeBody(
  { req }: Exchange,
  paths: readonly string[],
  credential: Credential | undefined,
): Promise<DomainError | undefined> {
  if (Number(req.headers['content-length'] ?? 0) > limits.frameBytes) {
    return new DomainError('INPUT_TOO_LARGE', { message: 'The body is larger than 1 MiB.' });
  }
  // Such a batch is refused as a whole, with another error, before anything of it is read.
  if (paths.length > limits.httpBatchCalls || !credential || paths.includes(callWithoutToken)) return undefined;
  try {
    await credential.authenticate();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** Answers every call of a request with the same error, each in its own place. */
function refuseCalls(
  { res, query }: Exchange,
  options: { router: FolkmootRouter; paths: readonly string[]; refusal: DomainError },
): void {
  const { router, paths, refusal } = options;
  const code = errorCatalogue[refusal.code].trpc;
  const error = new TRPCError({ code, message: refusal.message, cause: refusal });
  const answers = paths.map((path) => ({ error: shapeOf(router, error, { path }) }));
  const [first] = answers;
  if (!first) return;
  const body = JSON.stringify(transformTRPCResponse(router._def._config, query.get('batch') === '1' ? answers : first));
  res.statusCode = first.error.data.httpStatus;
  res.setHeader('content-type', 'application/json');
  res.setHeader('cache-control', 'no-store');
  if (refusal.retryAfterMs !== undefined) res.setHeader('retry-after', retryAfterSeconds(refusal.retryAfterMs));
  res.end(body);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
