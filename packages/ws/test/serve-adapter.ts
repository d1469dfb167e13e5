import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AnyTRPCRouter, TRPCError } from '@trpc/server';
import type { WSSHandlerOptions } from '@trpc/server/adapters/ws';
import { WebSocketServer, type ServerOptions } from 'ws';
import { openClient, type RawClient, type RawClientOptions } from './raw-client.ts';

/** tRPC's handler, or what can stand in its place. */
export type Adapter = (options: WSSHandlerOptions<AnyTRPCRouter>) => { broadcastReconnectNotification(): void };

export type ReportedError = {
  error: TRPCError;
  type: string;
  path: string | undefined;
  input: unknown;
  ctx: unknown;
};

/** A router on a real port below an adapter; everything that was opened is closed by `await using`. */
export async function serveAdapter<TRouter extends AnyTRPCRouter>(
  adapter: Adapter,
  options: Omit<WSSHandlerOptions<TRouter>, 'wss'>,
  serverOptions: ServerOptions = {},
) {
  const server = createServer();
  const wss = new WebSocketServer({ server, ...serverOptions });
  const errors: ReportedError[] = [];
  const complete: Omit<WSSHandlerOptions<TRouter>, 'wss'> = {
    onError: ({ error, type, path, input, ctx }) => errors.push({ error, type, path, input, ctx }),
    ...options,
  };
  const handler = adapter({ ...complete, wss } as WSSHandlerOptions<AnyTRPCRouter>);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const clients: RawClient[] = [];

  return {
    wss,
    handler,
    errors,
    port,
    url: `ws://127.0.0.1:${port}`,
    async open(clientOptions: RawClientOptions = {}): Promise<RawClient> {
      const client = await openClient(`ws://127.0.0.1:${port}`, clientOptions);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      for (const socket of wss.clients) socket.terminate();
      wss.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
