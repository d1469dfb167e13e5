import type { Server } from 'node:http';
import { createWebSocketHandler, webSocketLimits, type WebSocketHandler } from '@folkmoot/ws';
import type { Application } from './open-application.ts';

/** Serves the router over WebSocket on the HTTP server of any framework: upgrades pass their routers by. */
export function mountSockets(server: Server, { router, createContext }: Application): WebSocketHandler {
  const sockets = createWebSocketHandler({
    router,
    path: '/trpc',
    createContext: ({ req }) => createContext(req.headers.cookie),
    // Cookies come along from any page there is, so which page it is has to be asked. Name your own address here.
    isOriginAllowed: (origin) => origin === undefined || origin === addressOf(server),
    // Behind a proxy: what it says in X-Forwarded-For.
    clientAddress: (req) => req.socket.remoteAddress ?? '',
    // With cookies no client announces credentials in the URL, and members' messages are longer than a stranger's frames may be.
    isAnonymous: (_params, req) => createContext(req.headers.cookie).findSession() === undefined,
    limits: { maxAnonymousFrameBytes: webSocketLimits.maxFrameBytes },
  });
  server.on('upgrade', sockets.handleUpgrade);
  return sockets;
}

/** `http://127.0.0.1:PORT` of a server that listens there. */
export function addressOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen.');
  return `http://127.0.0.1:${address.port}`;
}
