import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announcePort } from './announce-port.ts';
import { makePeerMessage } from './peer-message.ts';

/* Socket.IO as it comes, with everyone in one room; like the other peers without a database. */

type ClientEvents = { publish: (texts: string[], acknowledge: () => void) => void };
type ServerEvents = { 'message-received': (message: ReturnType<typeof makePeerMessage>) => void };

const room = 'main-chat';
const httpServer = createServer();
const io = new Server<ClientEvents, ServerEvents>(httpServer, { serveClient: false });

io.on('connection', async (socket) => {
  if (socket.handshake.auth['subscribes'] === true) await socket.join(room);
  socket.on('publish', (texts, acknowledge) => {
    for (const text of texts) io.to(room).emit('message-received', makePeerMessage(text));
    acknowledge();
  });
});

announcePort(httpServer);
