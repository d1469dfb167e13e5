import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { announcePort } from './announce-port.ts';
import { makePeerMessage } from './peer-message.ts';

/* The least that a chat over `ws` can do: one ready-made text for all, no order, no place to resume from, no limits. */

const textsSchema = z.array(z.string());
const httpServer = createServer();
const wss = new WebSocketServer({ server: httpServer, perMessageDeflate: false });
const subscribers = new Set<WebSocket>();

wss.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('close', () => subscribers.delete(socket));
  socket.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString() : '';
    if (text === 'subscribe') subscribers.add(socket);
    if (text === 'subscribe' || text === 'send') {
      socket.send('joined');
      return;
    }
    for (const message of textsSchema.parse(JSON.parse(text))) {
      const event = JSON.stringify({ type: 'message-received', message: makePeerMessage(message) });
      for (const subscriber of subscribers) subscriber.send(event);
    }
    socket.send('ok');
  });
});

announcePort(httpServer);
