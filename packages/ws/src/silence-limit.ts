import type { WebSocket } from 'ws';
import { closeWith, type CloseReason } from './close-codes.ts';
import type { Schedule } from './schedule.ts';

export type SilenceLimit = {
  /** From now on the socket may ask for nothing for so long at a time; undefined lifts the limit. */
  allow(silenceMs: number | undefined, why: CloseReason): void;
};

/**
 * Closes a socket that asks for nothing (A5): PING and PONG keep the connection alive, but are no reason for it. Until
 * `allow` is called there is no limit.
 */
export function limitSilence(socket: WebSocket, schedule: Schedule): SilenceLimit {
  let cancel: (() => void) | undefined;
  let limit: { silenceMs: number; why: CloseReason } | undefined;

  function restart() {
    cancel?.();
    const current = limit;
    if (!current) return;
    cancel = schedule(() => {
      closeWith(socket, current.why);
    }, current.silenceMs);
  }

  socket.on('message', (data, isBinary) => {
    if (limit && !isKeepAlive(data, isBinary)) restart();
  });
  socket.once('close', () => {
    limit = undefined;
    cancel?.();
  });

  return {
    allow(silenceMs, why) {
      limit = silenceMs === undefined ? undefined : { silenceMs, why };
      restart();
    },
  };
}

function isKeepAlive(data: unknown, isBinary: boolean): boolean {
  if (isBinary || !Buffer.isBuffer(data) || data.length !== 4) return false;
  const text = data.toString();
  return text === 'PING' || text === 'PONG';
}
