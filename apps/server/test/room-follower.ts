import { foldEvents } from '@folkmoot/api/testing';
import { parsePosition, type LogEvent, type Message, type MessageStreamEvent } from '@folkmoot/contract';
import { startFaultProxy } from '@folkmoot/db/testing';
import { vi } from 'vitest';
import type { StockClient, StockClientOptions } from './start-test-server.ts';

export const followingWays = ['websocket', 'sse', 'polling'] as const;
export type FollowingWay = (typeof followingWays)[number];

/** Reads the page first and goes on from its position, or opens the stream first and reads the page once it is ready. */
export type FollowingStart = 'page first' | 'stream first';

export type RoomFollower = {
  way: FollowingWay;
  /** The seq of the last event that came. */
  seq: () => number;
  /** The page and all events folded into it. */
  fold: () => Message[];
  /** Sentences about everything that a client must never see; empty when all is well. */
  complaints: () => string[];
  /** As when the server asks to reconnect: the client opens a new socket beside the old one. WebSocket only. */
  askToReconnect: () => Promise<void>;
  /** The connection is gone, wherever it was. */
  cut: () => void;
  stop: () => Promise<void>;
};

export type FollowOptions = {
  url: string;
  room: string;
  way: FollowingWay;
  start: FollowingStart;
  createClient: (url: string, options: StockClientOptions) => StockClient;
};

const retryMs = 20;
const patience = { timeout: 15_000, interval: 1 };
/** Small, so that a poller has several pages to catch up on. */
const pollLimit = 3;

/** A stock client that follows a room over a wire of its own and watches that each event comes once and in order (R4). */
export async function followRoom(options: FollowOptions): Promise<RoomFollower> {
  const { room, way, start } = options;
  const { hostname, port } = new URL(options.url);
  const proxy = await startFaultProxy({ host: hostname, port: Number(port) });
  const streams = way === 'sse' ? 'sse' : 'websocket';
  const client = options.createClient(`http://127.0.0.1:${proxy.port}`, { streams, reconnectMs: retryMs });
  const direct = options.createClient(options.url, {});
  const { chat } = client.trpc;
  const events: LogEvent[] = [];
  const failures: string[] = [];
  const started = Promise.withResolvers<void>();
  let [startSeq, isStopped] = [0, false];
  let snapshot: Message[] = [];
  /**
   * The socket that the client was asked to leave, until one behind it has given something new. When it is asked again
   * before, the stock client forgets what its old socket had delivered, and delivers that twice. No server asks so: each
   * of its sockets is asked once, when the node drains.
   */
  let leaving: WebSocket | undefined;

  function take(id: string, event: MessageStreamEvent): void {
    if (event.type === 'ready' || event.type === 'reset') {
      failures.push(`${event.type} at ${id} after ${events.length} events`);
      return;
    }
    if (id !== event.position) failures.push(`the event at ${event.position} has the id ${id}`);
    if (leaving?.readyState === WebSocket.CLOSED) leaving = undefined;
    const expected = seq() + 1;
    if (seqOf(id) !== expected) failures.push(`event ${seqOf(id)} came where ${expected} was due`);
    events.push(event);
  }
  const seq = () => startSeq + events.length;

  async function readPage(): Promise<string> {
    const page = await direct.trpc.chat.history.query({ room, limit: 100 });
    snapshot = page.messages;
    return page.position;
  }

  async function poll(from: string): Promise<void> {
    let after = from;
    while (!isStopped) {
      const page = await chat.events.query({ room, after, limit: pollLimit }).catch(() => undefined);
      if (page?.reset) failures.push('reset');
      for (const event of page?.events ?? []) take(event.position, event);
      after = page?.position ?? after;
      if (!page || page.events.length === 0) await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  function subscribe(lastEventId: string | undefined, onStart?: (position: string) => void): () => void {
    let isReady = onStart === undefined;
    const stream = chat.message.subscribe(
      { room, ...(lastEventId === undefined ? {} : { lastEventId }) },
      {
        onData({ id, data }) {
          if (isReady || data.type !== 'ready') {
            take(id, data);
            return;
          }
          isReady = true;
          startSeq = seqOf(id);
          onStart?.(id);
        },
        onStarted: () => started.resolve(),
        onError: (error) => failures.push(`the stream failed: ${error.message}`),
        onComplete: () => failures.push('the stream ended'),
      },
    );
    return () => stream.unsubscribe();
  }

  let stop = async (): Promise<void> => {};
  if (way === 'polling' || start === 'page first') {
    const position = await readPage();
    startSeq = seqOf(position);
    if (way === 'polling') {
      const polling = poll(position);
      stop = async () => polling;
    } else {
      const unsubscribe = subscribe(position);
      stop = async () => unsubscribe();
      await started.promise;
    }
  } else {
    const ready = Promise.withResolvers<string>();
    const unsubscribe = subscribe(undefined, ready.resolve);
    stop = async () => unsubscribe();
    await ready.promise;
    await readPage();
  }

  return {
    way,
    seq,
    fold: () => foldEvents(snapshot, events),
    complaints: () => failures,
    async askToReconnect() {
      await vi.waitUntil(() => client.socket.connection?.ws.readyState === WebSocket.OPEN, patience);
      const ws = client.socket.connection?.ws;
      if (!ws || leaving) return;
      leaving = ws;
      ws.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ id: null, method: 'reconnect' }) }));
    },
    cut: proxy.reset,
    async stop() {
      isStopped = true;
      await stop();
      await Promise.all([client.close(), direct.close()]);
      await proxy.cut();
    },
  };
}

function seqOf(position: string): number {
  const parsed = parsePosition(position);
  if (!parsed) throw new Error(`${position} is no position.`);
  return parsed.seq;
}
