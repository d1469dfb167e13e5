import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { Hono } from 'hono';
import { runningHost, type StartHost } from './application/host.ts';
import { mountSockets } from './application/mount-sockets.ts';
import { openApplication } from './application/open-application.ts';

/** The chat in a Hono application on Node. Its fetch handler is the same on other runtimes; the sockets are Node's. */
export const startHonoHost: StartHost = async ({ databaseUrl, port }) => {
  const application = await openApplication(databaseUrl);
  const { router, createContext, logIn } = application;

  const app = new Hono();
  app.post('/login', (c) => {
    const cookie = logIn(c.req.header('authorization'));
    if (cookie) c.header('set-cookie', cookie);
    return c.body(null, cookie ? 204 : 401);
  });
  app.use('/trpc/*', async (c) =>
    fetchRequestHandler({
      endpoint: '/trpc',
      req: c.req.raw,
      router,
      createContext: () => createContext(c.req.header('cookie')),
    }),
  );

  const listener = getRequestListener(app.fetch);
  const server = createServer((req, res) => {
    listener(req, res).catch(() => res.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const sockets = mountSockets(server, application);
  const closeServer = promisify(server.close.bind(server));
  return runningHost({ server, sockets, application, closeServer });
};
