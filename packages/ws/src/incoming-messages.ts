import { TRPCError } from '@trpc/server';
import type { AnyTRPCRouter } from '@trpc/server';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';

export type RequestId = number | string;

/** How a response begins: what the client knows its request by. */
export type ResponseHead<Id = RequestId> = { id: Id; jsonrpc?: '2.0' };

/** A message of a frame, or why it is none: with the id that the client knows it by, where it has one. */
export type IncomingMessage =
  | { kind: 'message'; head: ResponseHead; message: TRPCClientOutgoingMessage }
  | { kind: 'refused'; head: ResponseHead<RequestId | null>; error: TRPCError };

export type IncomingOptions = {
  transformer: AnyTRPCRouter['_def']['_config']['transformer'];
  maxBatchSize: number;
  maxIdBytes: number;
};

/**
 * The messages of a frame, each parsed by itself: what is wrong with one leaves the others alone. A frame that is no
 * JSON, or holds more messages than it may, is refused as a whole, the latter under every id in it.
 */
export function parseFrame(decoded: unknown, options: IncomingOptions): IncomingMessage[] {
  const messages: unknown[] = Array.isArray(decoded) ? decoded : [decoded];
  if (Array.isArray(decoded) && messages.length > options.maxBatchSize) return refuseBatch(messages, options);
  return messages.map((message) => parseMessage(message, options));
}

export function malformed(cause: unknown): IncomingMessage {
  return { kind: 'refused', head: { id: null }, error: new TRPCError({ code: 'PARSE_ERROR', cause }) };
}

function parseMessage(raw: unknown, options: IncomingOptions): IncomingMessage {
  const id = findId(raw, options);
  const head = withJsonrpc(id, raw);
  try {
    const message = parseTRPCMessage(raw, options.transformer);
    if (message.id === null) throw new TRPCError({ code: 'PARSE_ERROR', message: '`id` is required' });
    if (id === null) {
      const message = `An id is a number or a string of at most ${options.maxIdBytes} bytes.`;
      throw new TRPCError({ code: 'BAD_REQUEST', message });
    }
    return { kind: 'message', head: withJsonrpc(id, raw), message };
  } catch (cause) {
    const error = cause instanceof TRPCError ? cause : new TRPCError({ code: 'PARSE_ERROR', cause });
    return { kind: 'refused', head, error };
  }
}

/** Looked at before anything is parsed, so that no input of such a frame is deserialised. */
function refuseBatch(messages: readonly unknown[], options: IncomingOptions): IncomingMessage[] {
  const error = new TRPCError({ code: 'BAD_REQUEST', message: 'Batch call exceeds maximum size' });
  const refused = messages.flatMap((raw): IncomingMessage[] => {
    const id = findId(raw, options);
    if (id === null || isStop(raw)) return [];
    return [{ kind: 'refused', head: withJsonrpc(id, raw), error }];
  });
  return refused.length > 0 ? refused : [{ kind: 'refused', head: { id: null }, error }];
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
