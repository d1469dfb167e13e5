import { getTRPCErrorFromUnknown } from '@trpc/server';
import { noCall, reportError } from './connection-errors.ts';
import type { Connection } from './connection.ts';
import type { ConnectionParams } from './connection-params.ts';
import type { HandlerParts } from './handler-parts.ts';
import { refuse } from './responses.ts';

export type ConnectionContext = { ok: true; ctx: unknown } | { ok: false; error: unknown };

/** Made once a socket. Where it fails the client is told under no id and under each of its calls', and closed. */
export async function createConnectionContext(
  connection: Connection,
  readConnectionParams: () => ConnectionParams,
): Promise<ConnectionContext> {
  try {
    const options = contextOptions(connection, readConnectionParams());
    return { ok: true, ctx: await connection.parts.createContext(options, connection) };
  } catch (cause) {
    const error = getTRPCErrorFromUnknown(cause);
    reportError(connection, error, noCall);
    refuse(connection, [{ id: null }], error);
    setImmediate(() => connection.socket.close());
    return { ok: false, error };
  }
}

function contextOptions(
  connection: Connection,
  connectionParams: ConnectionParams,
): Parameters<HandlerParts['createContext']>[0] {
  return {
    req: connection.req,
    res: connection.socket,
    info: {
      connectionParams,
      calls: [],
      isBatchCall: false,
      accept: null,
      type: 'unknown',
      get signal() {
        return connection.signal;
      },
      url: null,
    },
  };
}
