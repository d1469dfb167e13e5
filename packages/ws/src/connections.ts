import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { closeWith } from './close-codes.ts';
import { Connection } from './connection.ts';
import { judgeConnection, type WatchLimits } from './connection-watch.ts';
import type { HandlerParts } from './handler-parts.ts';
import type { Schedule } from './schedule.ts';

const watchEveryMs = 1_000;

/**
 * The open connections of a handler, and the one timer that looks after all of them: it runs while there are any.
 */
export class Connections {
  readonly #parts: HandlerParts;
  readonly #schedule: Schedule;
  readonly #now: () => number;
  readonly #limits: WatchLimits;
  readonly #open = new Map<WebSocket, Connection>();
  #cancelWatch: (() => void) | undefined;

  constructor(parts: HandlerParts, options: { limits: WatchLimits; schedule: Schedule; now: () => number }) {
    this.#parts = parts;
    this.#schedule = options.schedule;
    this.#now = options.now;
    this.#limits = options.limits;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The connection below `req` is the socket that its frames are written to. */
  serve(socket: WebSocket, req: IncomingMessage): Connection {
    const connection = new Connection(this.#parts, socket, req, this.#now);
    this.#open.set(socket, connection);
    socket.once('close', () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#stopWatching();
    });
    this.#cancelWatch ??= this.#schedule(() => this.#watch(), this.#watchEveryMs);
    return connection;
  }

  list(): Connection[] {
    return [...this.#open.values()];
  }

  /** Often enough for the shortest of the limits to mean what it says. */
  get #watchEveryMs(): number {
    return Math.min(watchEveryMs, ...Object.values(this.#limits).map((limitMs) => Math.max(10, limitMs / 2)));
  }

  #watch(): void {
    const now = this.#now();
    for (const { signs, outbound, socket } of this.#open.values()) {
      const judgement = judgeConnection(signs, this.#limits, now);
      if (judgement === 'ping') outbound.ping();
      else if (judgement !== undefined) closeWith(socket, judgement);
    }
    this.#cancelWatch = this.#open.size > 0 ? this.#schedule(() => this.#watch(), this.#watchEveryMs) : undefined;
  }

  #stopWatching(): void {
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
  }
}
