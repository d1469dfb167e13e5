import { callTRPCProcedure, type AnyTRPCRouter } from '@trpc/server';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { CallInfo } from './handler-parts.ts';
import type { ResponseHead } from './incoming-messages.ts';

/** A message that asks for a procedure. */
export type CallMessage = Exclude<TRPCClientOutgoingMessage, { method: 'subscription.stop' }>;

export type ProcedureCall = {
  head: ResponseHead;
  info: CallInfo & { type: CallMessage['method']; path: string };
  /** Its place in the frame that it came in. */
  batchIndex: number;
};

/** In place of a result: the subscriber had gone before the procedure was called. */
export const notCalled = Symbol('notCalled');

export function toCall(head: ResponseHead, { method: type, params }: CallMessage, batchIndex: number): ProcedureCall {
  return { head, info: { type, path: params.path, input: withLastEventId(params) }, batchIndex };
}

export async function callProcedure(
  router: AnyTRPCRouter,
  { info: { type, path, input }, batchIndex }: ProcedureCall,
  environment: { ctx: unknown; signal: AbortSignal },
): Promise<unknown> {
  const getRawInput = async (): Promise<unknown> => input;
  return callTRPCProcedure({ router, path, getRawInput, type, batchIndex, ...environment });
}

/** The place that a client resumes from becomes part of the input, where the input can hold it. */
function withLastEventId({ input, lastEventId }: CallMessage['params']): unknown {
  if (lastEventId === undefined) return input;
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input, lastEventId };
  return input ?? { lastEventId };
}
