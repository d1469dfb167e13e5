import { type ChatErrorData, errorCatalogue } from '@folkmoot/contract';
import type { TRPCError } from '@trpc/server';
import { codeOf } from './describe-refusal.ts';
import { DomainError } from './domain-error.ts';

type ErrorShape = { message: string; data: object };

/**
 * Puts `data.chat = { code, retryable, retryAfterMs? }` into an error (S7). The chat's own errors also get a sentence
 * for people as their message and lose tRPC's stack trace; errors of a host's own procedures are left as they are but
 * for `data.chat`. Made for tRPC's `errorFormatter`; a host calls it last in its own:
 *
 * @example
 * initTRPC.create({ transformer: chatTransformer, errorFormatter: (options) => chatErrorShape(options) })
 */
export function chatErrorShape<Shape extends ErrorShape>(options: {
  shape: Shape;
  error: TRPCError;
}): Shape & { data: Shape['data'] & { chat: ChatErrorData } } {
  const { shape, error } = options;
  const refusal = error.cause instanceof DomainError ? error.cause : undefined;
  const code = refusal?.code ?? codeOf(error);
  const chat: ChatErrorData = { code, retryable: errorCatalogue[code].retryable };
  const data = { ...shape.data, chat };
  if (!refusal) return { ...shape, data };
  if (refusal.retryAfterMs !== undefined) chat.retryAfterMs = refusal.retryAfterMs;
  // tRPC adds a stack trace in development; no client of ours has a use for it.
  Reflect.deleteProperty(data, 'stack');
  return { ...shape, message: refusal.message, data };
}
