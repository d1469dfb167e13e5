import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { runningHost, type StartHost } from './application/host.ts';
import { mountSockets } from './application/mount-sockets.ts';
import { openApplication } from './application/open-application.ts';

/** The chat in a server of plain node:http. */
export const startNodeHost: StartHost = async ({ databaseUrl, port }) => {
  const application = await openApplication(databaseUrl);
  const { router, createContext, logIn } = application;

  const serveTrpc = createHTTPHandler({
    router,
    basePath: '/trpc/',
    createContext: ({ req }) => createContext(req.headers.cookie),
  });
  const server = createServer((req, res) => {
    if (req.url?.startsWith('/trpc/')) {
      serveTrpc(req, res);
    } else if (req.method === 'POST' && req.url === '/login') {
      const cookie = logIn(req.headers.authorization);
      if (cookie) res.setHeader('set-cookie', cookie);
      res.writeHead(cookie ? 204 : 401).end();
    } else {
      res.writeHead(404).end();
    }
  });

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const sockets = mountSockets(server, application);
  const closeServer = promisify(server.close.bind(server));
  return runningHost({ server, sockets, application, closeServer });
};
