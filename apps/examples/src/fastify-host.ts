import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify from 'fastify';
import type { AppRouter } from './application/app-router.ts';
import { runningHost, type StartHost } from './application/host.ts';
import { mountSockets } from './application/mount-sockets.ts';
import { openApplication } from './application/open-application.ts';

/** The chat in a Fastify application. */
export const startFastifyHost: StartHost = async ({ databaseUrl, port }) => {
  const application = await openApplication(databaseUrl);
  const { router, createContext, logIn } = application;

  // A batch of calls has their names in its path.
  const app = fastify({ routerOptions: { maxParamLength: 5_000 } });
  app.post('/login', async (request, reply) => {
    const cookie = logIn(request.headers.authorization);
    if (cookie) reply.header('set-cookie', cookie);
    return reply.code(cookie ? 204 : 401).send();
  });
  await app.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: { router, createContext: ({ req }) => createContext(req.headers.cookie) },
  } satisfies FastifyTRPCPluginOptions<AppRouter>);

  await app.listen({ port, host: '127.0.0.1' });
  const { server } = app;
  const sockets = mountSockets(server, application);
  return runningHost({ server, sockets, application, closeServer: async () => app.close() });
};
