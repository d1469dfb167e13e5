import { callTRPCProcedure, TRPCError } from '@trpc/server';
import type { FolkmootRouter } from '@folkmoot/api';
import { bearerToken } from '../auth/bearer-token.ts';
import type { Credential } from '../auth/credential.ts';
import { describeCallError } from '../http/call-errors.ts';
import type { ExchangeHandler } from '../http/exchange.ts';
import { isRead, sendError, sendJson, sendNotFound } from '../http/json-response.ts';
import type { RequestContext } from '../request-context.ts';
import { readQuery } from './query-parameters.ts';
import { findRestOperation } from './rest-operations.ts';

/**
 * Four queries as plain REST. Each calls the same procedure that tRPC's clients call, in process, so that rights, limits
 * and errors are the same; dates leave as ISO strings because JSON writes them so.
 */
export function createRestEndpoint(options: {
  router: FolkmootRouter;
  createCredential: (token: string | undefined) => Credential;
  onError: (error: TRPCError, path: string | undefined, requestId: string) => void;
}): ExchangeHandler {
  const { router, createCredential, onError } = options;

  return async (exchange) => {
    const found = findRestOperation(exchange.path.replace(/(?<=.)\/$/, ''));
    if (!found) {
      sendNotFound(exchange);
      return;
    }
    if (!isRead(exchange)) return;
    const { operation, pathInput } = found;
    const context: RequestContext = {
      credential: createCredential(bearerToken(exchange.req.headers.authorization)),
      clientAddress: exchange.clientAddress,
      requestId: exchange.id,
    };
    const input = { ...readQuery(exchange.query, operation.parameters), ...pathInput };
    try {
      // The input is not checked here: the procedure does that, as for every other client.
      const output: unknown = await callTRPCProcedure({
        router,
        path: operation.procedure,
        type: 'query',
        ctx: context,
        getRawInput: async () => input,
        signal: undefined,
        batchIndex: 0,
      });
      sendJson(exchange, 200, output);
    } catch (error) {
      if (!(error instanceof TRPCError)) throw error;
      onError(error, operation.procedure, exchange.id);
      const described = describeCallError(router, error, { path: operation.procedure, context });
      sendError(exchange, described.status, described.error);
    }
  };
}
