import { type ChatErrorCode, type ChatErrorData, errorCatalogue } from '@folkmoot/contract';
import type { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { DomainError } from './domain-error.ts';

type ErrorShape = { message: string; data: object };

/**
 * Puts `data.chat = { code, retryable, retryAfterMs? }` into an error (S7) and replaces the message with a sentence for
 * people. Made for tRPC's `errorFormatter`; a host calls it last in its own:
 *
 * @example
 * initTRPC.create({ transformer: chatTransformer, errorFormatter: (options) => chatErrorShape(options) })
 */
export function chatErrorShape<Shape extends ErrorShape>(options: {
  shape: Shape;
  error: TRPCError;
}): Shape & { data: Shape['data'] & { chat: ChatErrorData } } {
  const { shape, error } = options;
  const { cause } = error;
  const code = cause instanceof DomainError ? cause.code : codeOf(error);
  const chat: ChatErrorData = { code, retryable: errorCatalogue[code].retryable };
  if (cause instanceof DomainError && cause.retryAfterMs !== undefined) chat.retryAfterMs = cause.retryAfterMs;
  return { ...shape, message: sentenceFor(error, code), data: { ...withoutStack(shape.data), chat } };
}

/** Where tRPC itself refused, before any service was asked. */
function codeOf(error: TRPCError): ChatErrorCode {
  switch (error.code) {
    case 'BAD_REQUEST':
    case 'PARSE_ERROR':
    case 'METHOD_NOT_SUPPORTED':
    case 'UNSUPPORTED_MEDIA_TYPE':
    case 'UNPROCESSABLE_CONTENT':
      return 'INVALID_INPUT';
    case 'PAYLOAD_TOO_LARGE':
      return 'INPUT_TOO_LARGE';
    case 'NOT_FOUND':
      return 'PROCEDURE_NOT_FOUND';
    case 'UNAUTHORIZED':
      return 'UNAUTHORIZED';
    case 'FORBIDDEN':
      return 'FORBIDDEN';
    case 'TOO_MANY_REQUESTS':
      return 'RATE_LIMITED';
    case 'SERVICE_UNAVAILABLE':
      return 'TOO_BUSY';
    default:
      return 'INTERNAL';
  }
}

function sentenceFor(error: TRPCError, code: ChatErrorCode): string {
  if (error.cause instanceof DomainError) return error.cause.message;
  if (error.cause instanceof z.core.$ZodError) return describeIssues(error.cause);
  // What the server tripped over is for its log, not for the caller.
  return code === 'INTERNAL' || error.cause instanceof SyntaxError ? errorCatalogue[code].message : error.message;
}

function describeIssues(error: z.core.$ZodError): string {
  const [first] = error.issues;
  if (!first) return errorCatalogue.INVALID_INPUT.message;
  const place = first.path.length > 0 ? `${first.path.map(String).join('.')}: ` : '';
  return `The input is not valid. ${place}${first.message}`.slice(0, 500);
}

/** tRPC adds a stack trace in development; no client of ours has a use for it. */
function withoutStack<Data extends object>(data: Data): Data {
  if (!('stack' in data)) return data;
  const { stack: _, ...rest } = data;
  return rest as Data;
}
