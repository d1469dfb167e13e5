import { createServer, IncomingMessage, type Server } from 'node:http';
import { QuietResponse } from './quiet-response.ts';

export type HttpServer = Server<typeof IncomingMessage, typeof QuietResponse>;

/** Node's HTTP server with limits for clients that are slow on purpose. */
export function createHttpServer(): HttpServer {
  const server = createServer({
    IncomingMessage,
    ServerResponse: QuietResponse,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: 5_000,
    // A stock client puts its queries into the URL, and a stream its token.
    maxHeaderSize: 32 * 1024,
  });
  server.maxHeadersCount = 100;
  return server;
}
