import type { IncomingMessage } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import { noCall, reportError } from './connection-errors.ts';
import { closeWith } from './close-codes.ts';
import { Connection } from './connection.ts';
import { judgeConnection, watchIntervalMs } from './connection-watch.ts';
import type { HandlerParts } from './handler-parts.ts';
import type { Schedule } from './schedule.ts';

/**
 * The open connections of a handler, and the one timer that looks after all of them: it runs while there are any. They
 * share their listeners too, for a connection costs memory as long as it is open.
 */
export class Connections {
  readonly #parts: HandlerParts;
  readonly #schedule: Schedule;
  readonly #intervalMs: number;
  readonly #open = new Map<WebSocket, Connection>();
  readonly #onMessage: (this: WebSocket, data: RawData, isBinary: boolean) => void;
  readonly #onError: (this: WebSocket, error: Error) => void;
  readonly #onClose: (this: WebSocket) => void;
  #cancelWatch: (() => void) | undefined;

  constructor(parts: HandlerParts, schedule: Schedule) {
    this.#parts = parts;
    this.#schedule = schedule;
    this.#intervalMs = watchIntervalMs(parts.limits);
    const open = this.#open;
    const close = (socket: WebSocket): void => this.#close(socket);
    this.#onMessage = function (data, isBinary) {
      open.get(this)?.receive(data, isBinary);
    };
    this.#onError = function (error) {
      const connection = open.get(this);
      if (connection) reportError(connection, error, noCall);
    };
    this.#onClose = function () {
      close(this);
    };
  }

  get size(): number {
    return this.#open.size;
  }

  /** The stream below `req` is what frames are written to. */
  serve(socket: WebSocket, req: IncomingMessage): void {
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
    this.#open.set(socket, new Connection(this.#parts, socket, req));
    socket.on('message', this.#onMessage);
    this.#cancelWatch ??= this.#schedule(() => this.#watch(), this.#intervalMs);
  }

  list(): Connection[] {
    return [...this.#open.values()];
  }

  #close(socket: WebSocket): void {
    const connection = this.#open.get(socket);
    this.#open.delete(socket);
    if (this.#open.size === 0) {
      this.#cancelWatch?.();
      this.#cancelWatch = undefined;
    }
    connection?.close();
  }

  #watch(): void {
    const { limits, now } = this.#parts;
    const at = now();
    for (const connection of this.#open.values()) {
      const judgement = judgeConnection(connection.signs, limits, at);
      if (judgement === 'ping') connection.pingQuiet();
      else if (judgement !== undefined) closeWith(connection.socket, judgement);
    }
    this.#cancelWatch = this.#open.size > 0 ? this.#schedule(() => this.#watch(), this.#intervalMs) : undefined;
  }
}
