import { TRPCError } from '@trpc/server';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import type { RootConfig } from './root-config.ts';

export type RequestId = number | string;

/** How a response begins: what the client knows its request by. */
export type ResponseHead<Id = RequestId> = { id: Id; jsonrpc?: '2.0' };

/** A message of a frame; or an error, and under which ids the client is told it. */
export type IncomingMessage = { kind: 'message'; head: ResponseHead; message: TRPCClientOutgoingMessage } | Refusal;

export type Refusal = {
  kind: 'refused';
  heads: ResponseHead<RequestId | null>[];
  error: TRPCError;
  /** Whether the server's `onError` hears of it. Not of what is no tRPC message: anybody can send that. */
  isReported: boolean;
};

export type IncomingOptions = {
  transformer: RootConfig['transformer'];
  maxBatchSize: number;
  maxIdBytes: number;
};

/**
 * The messages of a frame, each parsed by itself: what is wrong with one leaves the others alone. A frame with more
 * messages than it may hold is refused as a whole, under every id in it.
 */
export function parseFrame(decoded: unknown, options: IncomingOptions): IncomingMessage[] {
  if (!Array.isArray(decoded)) return [parseMessage(decoded, options)];
  const messages: unknown[] = decoded;
  if (messages.length > options.maxBatchSize) return [refuseBatch(messages, options)];
  return messages.map((message) => parseMessage(message, options));
}

/** For what is no message at all. */
export function malformed(cause: unknown, head: ResponseHead<RequestId | null> = { id: null }): Refusal {
  return { kind: 'refused', heads: [head], error: new TRPCError({ code: 'PARSE_ERROR', cause }), isReported: false };
}

function parseMessage(raw: unknown, options: IncomingOptions): IncomingMessage {
  const id = findId(raw, options);
  const head = withJsonrpc(id, raw);
  let message: TRPCClientOutgoingMessage;
  try {
    message = parseTRPCMessage(raw, options.transformer);
  } catch (cause) {
    return malformed(cause, head);
  }
  if (id !== null) return { kind: 'message', head: withJsonrpc(id, raw), message };
  const error =
    message.id === null
      ? new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' })
      : new TRPCError({
          code: 'BAD_REQUEST',
          message: `An id is a number or a string of at most ${options.maxIdBytes} bytes.`,
        });
  return { kind: 'refused', heads: [head], error, isReported: true };
}

/** Looked at before anything is parsed, so that no input of such a frame is deserialised. */
function refuseBatch(messages: readonly unknown[], options: IncomingOptions): Refusal {
  const heads = messages.flatMap((raw): ResponseHead[] => {
    const id = findId(raw, options);
    return id === null || isStop(raw) ? [] : [withJsonrpc(id, raw)];
  });
  return {
    kind: 'refused',
    heads: heads.length > 0 ? heads : [{ id: null }],
    error: new TRPCError({ code: 'BAD_REQUEST', message: 'Batch call exceeds maximum size' }),
    isReported: true,
  };
}

function findId(raw: unknown, { maxIdBytes }: IncomingOptions): RequestId | null {
  if (!isObject(raw)) return null;
  const { id } = raw;
  if (typeof id === 'number') return Number.isFinite(id) ? id : null;
  return typeof id === 'string' && Buffer.byteLength(id) <= maxIdBytes ? id : null;
}

function withJsonrpc<Id>(id: Id, raw: unknown): ResponseHead<Id> {
  return isObject(raw) && raw['jsonrpc'] === '2.0' ? { id, jsonrpc: '2.0' } : { id };
}

function isStop(raw: unknown): boolean {
  return isObject(raw) && raw['method'] === 'subscription.stop';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
