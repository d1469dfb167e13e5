import type { IncomingMessage } from 'node:http';
import { TRPCError } from '@trpc/server';
import { parseConnectionParamsFromUnknown } from '@trpc/server/http';

export type ConnectionParams = ReturnType<typeof parseConnectionParamsFromUnknown>;

/** Whether the first message of a socket is its connectionParams: its URL says so. Never throws, whatever the URL. */
export function announcesParams({ url = '' }: IncomingMessage): boolean {
  const queryAt = url.indexOf('?');
  return queryAt >= 0 && new URLSearchParams(url.slice(queryAt)).get('connectionParams') === '1';
}

/** What a client sent as its connectionParams; throws where the message is none. */
export function readParams(decode: () => unknown): ConnectionParams {
  let message: unknown;
  try {
    message = decode();
    if (typeof message !== 'object' || message === null || Array.isArray(message)) {
      throw new Error('Message was not an object');
    }
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage', cause });
  }
  return parseConnectionParamsFromUnknown('data' in message ? message.data : undefined);
}
