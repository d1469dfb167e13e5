import type { Clock } from '@folkmoot/api';
import type { WebSocketHandler } from '@folkmoot/ws';
import type { HttpServer } from '../http/create-http-server.ts';
import type { EventStreams } from '../http/event-streams.ts';

/** How far apart the last and the first client are told to go, and how long those told may take, where there are other nodes. */
const spreadMs = 2_000;
const settleMs = 1_000;
const pollMs = 50;

/**
 * Lets everybody go in order (T5): serves on for the notice, tells clients in slices to connect elsewhere, stops
 * accepting, answers what is under way, and closes every socket with a code. Ends at the deadline whatever hangs.
 * `/readyz` has said no since before this is called.
 */
export async function drainServer(options: {
  httpServer: HttpServer;
  sockets: WebSocketHandler;
  streams: EventStreams;
  noticeMs: number;
  deadlineMs: number;
  clock: Clock;
}): Promise<void> {
  const { httpServer, sockets, streams, noticeMs, deadlineMs, clock } = options;
  const endsAtMs = clock.now() + deadlineMs;
  const leftMs = () => Math.max(0, endsAtMs - clock.now());
  const hasOthers = noticeMs > 0;

  await pause(clock, Math.min(noticeMs, leftMs()));
  // Alone, there is nowhere else to go: the clients are told at once and keep trying until the next server is there.
  await sockets.drain({ spreadMs: hasOthers ? Math.min(spreadMs, leftMs() / 2) : 0 });
  const settledBy = clock.now() + Math.min(settleMs, leftMs() / 2);
  while (hasOthers && sockets.count() > 0 && clock.now() < settledBy) await pause(clock, pollMs);

  const closed = closeHttp(httpServer, clock, leftMs());
  streams.cutAll();
  await Promise.all([sockets.close({ deadlineMs: leftMs() }), closed]);
}

async function closeHttp(server: HttpServer, clock: Clock, deadlineMs: number): Promise<void> {
  const cancelDeadline = clock.after(deadlineMs, () => server.closeAllConnections());
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      isClosed = true;
      resolve();
    });
  });
  // A connection kept alive by its client after its last answer would be waited for.
  while (!isClosed) {
    server.closeIdleConnections();
    await Promise.race([closed, pause(clock, pollMs)]);
  }
  cancelDeadline();
}

export async function pause(clock: Clock, delayMs: number): Promise<void> {
  if (delayMs <= 0) return;
  await new Promise<void>((resolve) => {
    clock.after(delayMs, resolve);
  });
}
