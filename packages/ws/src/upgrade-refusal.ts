import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Schedule } from './schedule.ts';

/** Why an upgrade is refused: an HTTP status and a sentence for the person who looks. */
export type UpgradeRefusal = { status: 400 | 403 | 404 | 429 | 503; sentence: string; retryAfterSeconds?: number };

/** A peer that does not read its refusal is cut off after this. */
const lingerMs = 1_000;

/** Answers an upgrade request with plain HTTP and ends the connection, whatever the peer goes on sending. */
export function refuseUpgrade(socket: Duplex, refusal: UpgradeRefusal, schedule: Schedule): void {
  const body = `${refusal.sentence}\n`;
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(refusal.retryAfterSeconds === undefined ? [] : [`Retry-After: ${refusal.retryAfterSeconds}`]),
  ];
  const cancel = schedule(() => socket.destroy(), lingerMs);
  socket.once('close', cancel);
  // Unread input would turn the end of the connection into a reset, and the sentence would be lost.
  socket.resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
