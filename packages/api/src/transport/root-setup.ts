import { TRPCError } from '@trpc/server';
import type { HostTrpc } from '../chat-procedures.ts';
import { DomainError } from '../errors/domain-error.ts';

/** Throws a sentence that says what to add when a host's tRPC root cannot carry the chat. */
export function requireRootSetup(t: HostTrpc<object>): void {
  const { transformer, errorFormatter } = t._config;
  const sent = new Date(0);
  // Through JSON, as on the wire: where there is no transformer tRPC has one that does nothing.
  const wire: unknown = JSON.parse(JSON.stringify(transformer.output.serialize(sent)));
  const received: unknown = transformer.output.deserialize(wire);
  if (!(received instanceof Date) || received.getTime() !== sent.getTime()) {
    throw new Error(
      'Folkmoot needs a tRPC transformer that keeps Dates: initTRPC.create({ transformer: chatTransformer }).',
    );
  }

  const cause = new DomainError('TOO_BUSY');
  const error = new TRPCError({ code: 'SERVICE_UNAVAILABLE', message: cause.message, cause });
  const data = { code: error.code, httpStatus: 503 };
  const shape: unknown = errorFormatter({
    error,
    type: 'unknown',
    path: undefined,
    input: undefined,
    ctx: undefined,
    shape: { code: -32603, message: error.message, data },
  });
  if (!hasChatData(shape)) {
    throw new Error(
      'Folkmoot needs its error data in the error formatter: initTRPC.create({ errorFormatter: (options) => chatErrorShape(options) }).',
    );
  }
}

function hasChatData(shape: unknown): boolean {
  if (typeof shape !== 'object' || shape === null || !('data' in shape)) return false;
  return typeof shape.data === 'object' && shape.data !== null && 'chat' in shape.data;
}
