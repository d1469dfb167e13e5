import { createServer } from 'node:http';
import { createTestApi, person } from '@folkmoot/api/testing';
import { type Chat, createChat } from '@folkmoot/client';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { WebSocketServer } from 'ws';

/** The chat's router over real sockets and a database, where a token is the name of a person; with a count of all that is open. */
export async function serveChat() {
  const api = await createTestApi();
  const contextFor = (name: string | undefined) => ({ identity: name === undefined ? null : person(name) });
  const http = createServer(
    createHTTPHandler({
      router: api.router,
      basePath: '/trpc/',
      createContext: ({ req }) => contextFor(req.headers.authorization?.slice('Bearer '.length)),
    }),
  );
  const wss = new WebSocketServer({ server: http });
  const seen = { sockets: 0, messageStreams: 0, requests: 0 };
  http.on('request', () => seen.requests++);
  const openStreams = new Set<string>();
  wss.on('connection', (socket) => {
    const socketName = `socket ${++seen.sockets}`;
    socket.on('message', (data) => {
      for (const { id, method, params } of readFrames(Buffer.isBuffer(data) ? data.toString() : '[]')) {
        const stream = `${socketName}, ${id}`;
        if (method === 'subscription.stop') openStreams.delete(stream);
        if (params?.path !== 'chat.message') continue;
        seen.messageStreams++;
        openStreams.add(stream);
      }
    });
    socket.on('close', () => {
      for (const stream of openStreams) if (stream.startsWith(`${socketName},`)) openStreams.delete(stream);
    });
  });
  applyWSSHandler({
    wss,
    router: api.router,
    createContext: ({ info }) => contextFor(info.connectionParams?.['token'] ?? undefined),
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');

  const chats: Chat[] = [];
  return {
    caller: (name: string) => api.caller(person(name)),
    /** Since the start. */
    seen,
    openSockets: () => wss.clients.size,
    /** Of messages: one a room that is followed. */
    openStreams: () => openStreams.size,
    /** The chat of that person, and how many timers of its clock are waiting. */
    async connectAs(name: string) {
      const { id, username, name: shown, isGuest } = await api.caller(person(name)).auth.me();
      const timers = new Set<NodeJS.Timeout>();
      const chat = createChat({
        url: `http://127.0.0.1:${address.port}/trpc`,
        ownUser: { id, username, name: shown, isGuest },
        getToken: () => name,
        clock: {
          now: () => Date.now(),
          random: () => 0.5,
          after(ms, run) {
            const timer = setTimeout(() => {
              timers.delete(timer);
              run();
            }, ms);
            timers.add(timer);
            return () => {
              timers.delete(timer);
              clearTimeout(timer);
            };
          },
        },
      });
      chats.push(chat);
      return { chat, timersLeft: () => timers.size };
    },
    async [Symbol.asyncDispose]() {
      for (const chat of chats) chat.close();
      for (const socket of wss.clients) socket.terminate();
      wss.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await api[Symbol.asyncDispose]();
    },
  };
}

type Frame = { id?: number; method?: string; params?: { path?: string } };

/** tRPC sends one request, or several in an array; PING and PONG are no JSON. */
function readFrames(text: string): Frame[] {
  return text === 'PING' || text === 'PONG' ? [] : [JSON.parse(text) as Frame | Frame[]].flat();
}
