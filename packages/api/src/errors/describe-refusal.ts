import type { ChatErrorCode } from '@folkmoot/contract';
import type { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { DomainError } from './domain-error.ts';

/** What of the catalogue stands for an error of tRPC's own, or of a host's (S7). */
export function codeOf({ code }: TRPCError): ChatErrorCode {
  switch (code) {
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

/** The same refusal from the catalogue, with a sentence that names the field where the input was at fault. */
export function describeRefusal(error: TRPCError): DomainError {
  const code = codeOf(error);
  const { cause } = error;
  if (cause instanceof z.core.$ZodError) return new DomainError(code, { message: describeIssues(cause), cause });
  // What JSON.parse has to say quotes the caller, and is for programmers.
  if (cause instanceof SyntaxError) return new DomainError(code, { message: 'The input is not JSON.', cause });
  // Without a message of its own a TRPCError repeats its code, which is no sentence.
  return new DomainError(code, { ...(error.message !== error.code && { message: error.message }), cause });
}

function describeIssues(error: z.core.$ZodError): string {
  const [first] = error.issues;
  if (!first) return 'The input is not valid.';
  const place = first.path.length > 0 ? `${first.path.map(String).join('.')}: ` : '';
  // Zod's own messages are no sentences, ours are.
  return `The input is not valid. ${place}${first.message.slice(0, 400).replace(/\.?$/, '.')}`;
}
