import type { ChatErrorData } from '@folkmoot/contract';
import { getTRPCErrorShape, type TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { FolkmootRouter } from '@folkmoot/api';
import type { RequestContext } from '../request-context.ts';

type Call = { path: string | undefined; input?: unknown; context?: RequestContext | undefined };

const shapeSchema = z.object({
  message: z.string(),
  data: z.object({
    httpStatus: z.int(),
    chat: z.object({
      code: z.string(),
      retryable: z.enum(['yes', 'with-client-message-id', 'no']),
      retryAfterMs: z.number().optional(),
    }),
  }),
});

/** A failed call as a client gets it, in tRPC's own shape. */
export function shapeOf(router: FolkmootRouter, error: TRPCError, call: Call) {
  return getTRPCErrorShape({
    config: router._def._config,
    error,
    type: 'unknown',
    path: call.path,
    input: call.input,
    ctx: call.context,
  });
}

/** The same, read for an answer in plain HTTP. */
export function describeCallError(router: FolkmootRouter, error: TRPCError, call: Call) {
  const { message, data } = shapeSchema.parse(shapeOf(router, error, call));
  return { status: data.httpStatus, error: { ...data.chat, message } };
}

/** The code in `data.chat` of an error, for counting and logging. */
export function chatCodeOf(router: FolkmootRouter, error: TRPCError): string {
  const chat: Pick<ChatErrorData, 'code'> = shapeOf(router, error, { path: undefined }).data.chat;
  return chat.code;
}
