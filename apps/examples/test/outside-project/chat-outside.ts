import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  chatErrorShape,
  chatSse,
  type ChatServices,
  chatTransformer,
  createChatRouter,
  createChatServices,
} from '@folkmoot/api';
import { createChat } from '@folkmoot/client';
import { defaultRoom, toUserId } from '@folkmoot/contract';
import { connectDatabase, migrateDatabase, startEmbeddedPostgres } from '@folkmoot/db';
import { createWebSocketHandler } from '@folkmoot/ws';
import { initTRPC } from '@trpc/server';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';

/*
 * A project of its own: a server that mounts the router on its tRPC root, and two people who chat over it, Ann on a
 * WebSocket and Ben without one. It says what Ben got, and ends.
 */

type Context = { name: string | undefined };

const t = initTRPC.context<Context>().create({
  transformer: chatTransformer,
  sse: chatSse,
  errorFormatter: (options) => chatErrorShape(options),
});

const createRouter = (services: ChatServices) =>
  t.router({
    chat: createChatRouter({
      t,
      services,
      authenticate: ({ name }) => (name === undefined ? null : { id: name, username: name, name }),
    }),
  });

async function main(dataDir: string): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, logger: console });
  await migrateDatabase({ url: postgres.url });
  const database = connectDatabase({ url: postgres.url, answerTimeoutMs: 7_000 });
  const services = await createChatServices({ database: database.db, rooms: [defaultRoom] });
  const router = createRouter(services);

  const serve = createHTTPHandler({
    router,
    basePath: '/trpc/',
    createContext: ({ req }): Context => ({ name: req.headers.authorization?.replace('Bearer ', '') }),
  });
  const server = createServer(serve);
  const sockets = createWebSocketHandler({
    router,
    path: '/trpc',
    createContext: ({ connectionParams }): Context => ({ name: connectionParams?.['token'] }),
    isOriginAllowed: () => true,
    clientAddress: (request) => request.socket.remoteAddress ?? '',
  });
  server.on('upgrade', sockets.handleUpgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen.');
  const url = `http://127.0.0.1:${address.port}/trpc`;

  const join = (name: string, options: { WebSocket?: null } = {}) => {
    const ownUser = { id: toUserId('host', name), username: name, name, isGuest: false };
    return createChat({ url, ownUser, getToken: () => name, ...options });
  };
  const ann = join('ann');
  const ben = join('ben', { WebSocket: null });
  const room = ben.openRoom();
  const received = new Promise<string>((resolve) => {
    room.subscribe(() => {
      const message = room.getSnapshot().rows[0]?.message;
      if (message) resolve(`${message.user.name} wrote: ${message.message}`);
    });
  });
  ann.openRoom().send('Hello from outside');
  console.log(await received);
  console.log(`over ${ann.connection.get().transport} and ${ben.connection.get().transport}`);
  // Only the patched driver knows this option: a published one would drop it.
  console.log(`answer timeout: ${database.sql.options.answer_timeout} s`);

  ann.close();
  ben.close();
  await sockets.close({ deadlineMs: 1_000 });
  await services.close();
  server.closeAllConnections();
  server.close();
  await database.close();
  await postgres.close();
}

await main(process.argv[2] ?? '.data');
