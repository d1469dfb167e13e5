import { WebSocket } from 'ws';
import { closeWith } from './close-codes.ts';
import type { Schedule } from './schedule.ts';

/**
 * Sends tRPC's text PING after a time of quiet and closes a socket that then says nothing at all (T3). Any frame counts
 * as a sign of life; stock clients answer PING without being told to.
 */
export function keepAlive(
  socket: WebSocket,
  options: { pingAfterMs: number; pongTimeoutMs: number; schedule: Schedule },
): void {
  const { pingAfterMs, pongTimeoutMs, schedule } = options;
  let cancel = schedule(ping, pingAfterMs);

  function ping() {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send('PING');
    cancel = schedule(() => {
      closeWith(socket, 'noPong');
    }, pongTimeoutMs);
  }
  function hear() {
    cancel();
    cancel = schedule(ping, pingAfterMs);
  }

  socket.on('message', hear);
  socket.on('ping', hear);
  socket.on('pong', hear);
  socket.once('close', () => {
    cancel();
  });
}
