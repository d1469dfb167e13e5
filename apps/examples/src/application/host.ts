import type { Server } from 'node:http';
import type { WebSocketHandler } from '@folkmoot/ws';
import { addressOf } from './mount-sockets.ts';
import type { Application } from './open-application.ts';

export type HostOptions = { databaseUrl: string; port: number };
export type Host = { url: string; close: () => Promise<void> };
export type StartHost = (options: HostOptions) => Promise<Host>;

type HostParts = {
  server: Server;
  sockets: WebSocketHandler;
  application: Application;
  /** Stops taking connections and resolves when the last one is gone, as `close` of each framework does. */
  closeServer: () => Promise<void>;
};

/** A host that runs, and stops in order: nobody new, sockets told to come back, calls answered, streams ended. */
export function runningHost({ server, sockets, application, closeServer }: HostParts): Host {
  return {
    url: addressOf(server),
    async close() {
      const closed = closeServer();
      await sockets.close({ deadlineMs: 5_000 });
      await application.close();
      // Connections that wait for a next request have had their last one.
      server.closeIdleConnections();
      await closed;
    },
  };
}
