import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { initTRPC, tracked } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import superjson from 'superjson';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { announcePort } from './announce-port.ts';
import { makePeerMessage } from './peer-message.ts';

/* tRPC's own WebSocket adapter, used as its documentation shows it: an async generator over an EventEmitter. */

type PeerEvent = { type: 'message-received'; position: string; message: ReturnType<typeof makePeerMessage> };

const emitter = new EventEmitter<{ event: [PeerEvent] }>().setMaxListeners(0);

function listen(signal: AbortSignal | undefined): AsyncIterable<unknown[]> {
  const iterator: AsyncIterator<unknown[]> = on(emitter, 'event', signal ? { signal } : {});
  return { [Symbol.asyncIterator]: () => iterator };
}

function isPeerEvent(value: unknown): value is PeerEvent {
  return typeof value === 'object' && value !== null && 'position' in value;
}

const t = initTRPC.create({ transformer: superjson });
const router = t.router({
  messages: t.procedure.input(z.object({}).optional()).subscription(async function* ({ signal }) {
    for await (const [event] of listen(signal)) {
      if (isPeerEvent(event)) yield tracked(event.position, event);
    }
  }),
  publish: t.procedure.input(z.object({ texts: z.array(z.string()) })).mutation(({ input }) => {
    for (const text of input.texts) {
      const message = makePeerMessage(text);
      emitter.emit('event', { type: 'message-received', position: `0123456789ab.${message.seq}`, message });
    }
  }),
});

const httpServer = createServer();
applyWSSHandler({ wss: new WebSocketServer({ server: httpServer, perMessageDeflate: false }), router });
announcePort(httpServer);
