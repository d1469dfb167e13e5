import { once } from 'node:events';
import { promisify } from 'node:util';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express from 'express';
import { runningHost, type StartHost } from './application/host.ts';
import { mountSockets } from './application/mount-sockets.ts';
import { openApplication } from './application/open-application.ts';

/** The chat in an Express application. */
export const startExpressHost: StartHost = async ({ databaseUrl, port }) => {
  const application = await openApplication(databaseUrl);
  const { router, createContext, logIn } = application;

  const app = express();
  app.post('/login', (req, res) => {
    const cookie = logIn(req.headers.authorization);
    if (cookie) res.set('set-cookie', cookie);
    res.sendStatus(cookie ? 204 : 401);
  });
  // Before any body parser: tRPC reads the bodies itself.
  app.use('/trpc', createExpressMiddleware({ router, createContext: ({ req }) => createContext(req.headers.cookie) }));

  const server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const sockets = mountSockets(server, application);
  const closeServer = promisify(server.close.bind(server));
  return runningHost({ server, sockets, application, closeServer });
};
