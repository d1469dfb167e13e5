import type { Peer } from './peer.ts';
import { startServerProcess } from './start-server-process.ts';

export const rawWsPeer: Peer = {
  title: 'raw ws',
  start: async () => startServerProcess('raw-ws-server', { dialect: 'raw-ws' }),
};

export const socketIoPeer: Peer = {
  title: 'Socket.IO',
  start: async () => startServerProcess('socket-io-server', { dialect: 'socket-io' }),
};

export const trpcAdapterPeer: Peer = {
  title: "tRPC's adapter",
  start: async () => startServerProcess('trpc-adapter-server', { dialect: 'trpc-adapter' }),
};

/** Express, Socket.IO, Sequelize and PostgreSQL, the stack that Folkmoot's first version was described with. */
export const seedPeer: Peer = {
  title: "the seed's stack",
  start: async ({ databaseUrl }) =>
    startServerProcess('seed-server', { dialect: 'seed', args: [await databaseUrl('seed')] }),
};

/** No chat: rows of the `folkmoot` database as JSON, by the least code that does it. */
export const bareHttpPeer: Peer = {
  title: 'bare node:http',
  start: async ({ databaseUrl }) =>
    startServerProcess('bare-http-server', { dialect: 'folkmoot', args: [await databaseUrl('folkmoot')] }),
};
