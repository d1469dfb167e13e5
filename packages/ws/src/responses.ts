import { getTRPCErrorFromUnknown, transformTRPCResponse } from '@trpc/server';
import type { TRPCError } from '@trpc/server';
import type { TRPCResponseMessage } from '@trpc/server/rpc';
import {
  type ErrorOrigin,
  fallbackShape,
  noCall,
  reportError,
  reportInternalError,
  shapeError,
} from './connection-errors.ts';
import { binaryFrame, textFrame } from './frames.ts';
import type { CallInfo } from './handler-parts.ts';
import type { RequestId, ResponseHead } from './incoming-messages.ts';
import type { Outbound } from './outbound.ts';

/** Who is answered: a connection. */
export type Client = ErrorOrigin & { readonly outbound: Outbound };

/** Writes a message. Nothing once the socket is closing; throws where it cannot be encoded. */
export function respond({ parts, outbound }: Client, message: TRPCResponseMessage): void {
  if (!outbound.isOpen) return;
  const encoded = parts.encode(transformTRPCResponse(parts.config, message));
  outbound.write(typeof encoded === 'string' ? textFrame(encoded) : binaryFrame(encoded));
}

/** Reports an error and tells the client. Throws where what the router's formatter made of it cannot be encoded. */
export function respondWithError(client: Client, head: ResponseHead, cause: unknown, call: CallInfo): void {
  const error = getTRPCErrorFromUnknown(cause);
  reportError(client, error, call);
  respond(client, { ...head, error: shapeError(client, error, call) });
}

/** As `respondWithError`, with another error in place of one that cannot be encoded. Never throws. */
export function fail(client: Client, head: ResponseHead, cause: unknown, call: CallInfo): void {
  try {
    respondWithError(client, head, cause, call);
  } catch (failure) {
    respondWithFallback(client, head, failure, call);
  }
}

/** Tells what is the matter with a frame, under the ids of those whom it concerns. Never throws. */
export function refuse(client: Client, heads: readonly ResponseHead<RequestId | null>[], cause: TRPCError): void {
  const error = shapeError(client, cause, noCall);
  for (const head of heads) {
    try {
      respond(client, { ...head, error });
    } catch (failure) {
      respondWithFallback(client, head, failure, noCall);
    }
  }
}

function respondWithFallback(
  client: Client,
  head: ResponseHead<RequestId | null>,
  failure: unknown,
  call: CallInfo,
): void {
  reportInternalError(client, failure, call);
  try {
    respond(client, { ...head, error: fallbackShape });
  } catch {
    // The same failure again, which has been reported.
  }
}
