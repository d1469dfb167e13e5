import { getErrorShape, getTRPCErrorFromUnknown } from '@trpc/server';
import type { TRPCErrorShape } from '@trpc/server/rpc';
import type { CallInfo, HandlerParts } from './handler-parts.ts';
import type { IncomingMessage } from 'node:http';

export const noCall: CallInfo = { type: 'unknown', path: undefined, input: undefined };

/**
 * What a client gets when its error cannot be formatted or encoded. It says nothing about the error, for that is what
 * the router's formatter would have hidden.
 */
const fallbackShape: TRPCErrorShape = {
  code: -32603,
  message: 'Internal server error',
  data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
};

/** Errors of one connection: shaped by the router's formatter, and told to `onError`, which may fail itself. */
export class CallErrors {
  readonly #parts: HandlerParts;
  readonly #req: IncomingMessage;
  ctx: unknown = undefined;

  constructor(parts: HandlerParts, req: IncomingMessage) {
    this.#parts = parts;
    this.#req = req;
  }

  report(cause: unknown, call: CallInfo): void {
    const { onError } = this.#parts;
    if (!onError) return;
    try {
      const error = getTRPCErrorFromUnknown(cause);
      const told = onError({ ...call, error, ctx: this.ctx, req: this.#req });
      // A listener's own failure has nobody to go to, and must not end the process.
      if (told instanceof Promise) told.catch(() => undefined);
    } catch {
      // As above.
    }
  }

  shape(cause: unknown, call: CallInfo): TRPCErrorShape {
    try {
      const error = getTRPCErrorFromUnknown(cause);
      const config = this.#parts.router._def._config;
      return getErrorShape({ config, ctx: this.ctx, error, ...call });
    } catch (failure) {
      this.report(failure, call);
      return fallbackShape;
    }
  }

  get fallback(): TRPCErrorShape {
    return fallbackShape;
  }
}
