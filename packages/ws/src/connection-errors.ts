import type { IncomingMessage } from 'node:http';
import { getErrorShape, getTRPCErrorFromUnknown } from '@trpc/server';
import type { TRPCErrorShape } from '@trpc/server/rpc';
import type { CallInfo, HandlerParts } from './handler-parts.ts';

export const noCall: CallInfo = { type: 'unknown', path: undefined, input: undefined };

/**
 * What a client gets when its error cannot be formatted or encoded. It says nothing about the error, for that is what
 * the router's formatter would have hidden.
 */
export const fallbackShape: TRPCErrorShape = {
  code: -32603,
  message: 'Internal server error',
  data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
};

/** Whose errors they are: a connection. */
export type ErrorOrigin = { readonly parts: HandlerParts; readonly req: IncomingMessage; readonly ctx: unknown };

/** Tells `onError`, which may fail itself: nobody is left to hear of that, and it must not end the process. */
export function reportError(origin: ErrorOrigin, cause: unknown, call: CallInfo): void {
  tellOnError(origin, cause, { call, onFailure: () => undefined });
}

/** For failures of error handling itself, such as a formatter that throws: they are never silent. */
export function reportInternalError(origin: ErrorOrigin, cause: unknown, call: CallInfo): void {
  const warn = (): void => process.emitWarning(getTRPCErrorFromUnknown(cause));
  if (origin.parts.onError) tellOnError(origin, cause, { call, onFailure: warn });
  else warn();
}

/** An error as the router's formatter shows it to clients. */
export function shapeError(origin: ErrorOrigin, cause: unknown, call: CallInfo): TRPCErrorShape {
  try {
    const error = getTRPCErrorFromUnknown(cause);
    // Its type is the business of the router and its clients.
    // oxlint-disable-next-line typescript/no-unsafe-return
    return getErrorShape({ config: origin.parts.config, ctx: origin.ctx, error, ...call });
  } catch (failure) {
    reportInternalError(origin, failure, call);
    return fallbackShape;
  }
}

function tellOnError(
  { parts, req, ctx }: ErrorOrigin,
  cause: unknown,
  { call, onFailure }: { call: CallInfo; onFailure: () => void },
): void {
  try {
    const told = parts.onError?.({ ...call, error: getTRPCErrorFromUnknown(cause), ctx, req });
    if (told instanceof Promise) told.catch(onFailure);
  } catch {
    onFailure();
  }
}
