import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { FanoutOutlet } from './fanout-pump.ts';
import { textFrame } from './frames.ts';
import { UnreadBytes } from './unread-bytes.ts';

export type OutboundLimits = {
  /** A PING follows after so many bytes. */
  pingEveryBytes: number;
  /** With more than this unread nothing more is pushed or asked of an iterator. */
  maxUnreadBytes: number;
  /** With more than this unread, answers of calls included, the socket is given up. */
  maxWaitingBytes: number;
};

const pingFrame = textFrame('PING');

/** What leaves one connection: every byte goes through here, so that unread ones are known (R9). */
export class Outbound implements FanoutOutlet {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #limits: OutboundLimits;
  readonly #onOverflow: () => void;
  readonly #unread: UnreadBytes;
  #pushed: Buffer[] = [];
  #waiting: (() => void)[] = [];
  readonly #now: () => number;
  #stalledSince: number | undefined;

  /** @param stream the connection below the WebSocket */
  constructor(
    socket: WebSocket,
    stream: Duplex,
    options: { limits: OutboundLimits; onOverflow: () => void; now: () => number },
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#limits = options.limits;
    this.#onOverflow = options.onOverflow;
    this.#now = options.now;
    this.#unread = new UnreadBytes(options.limits.pingEveryBytes);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get isWritable(): boolean {
    return this.#unread.count <= this.#limits.maxUnreadBytes;
  }

  get unreadBytes(): number {
    return this.#unread.count;
  }

  /** Since when a PING waits for its answer without any other having come; undefined when none waits (T3). */
  get stalledSince(): number | undefined {
    return this.#stalledSince;
  }

  whenWritable(callback: () => void): void {
    this.#waiting.push(callback);
  }

  /** Writes whole frames at once. Nothing once closing has begun. */
  write(frames: Buffer): void {
    if (!this.isOpen) return;
    const isPingDue = this.#unread.wrote(frames.length);
    this.#stream.write(frames);
    if (isPingDue) this.ping();
    if (this.#unread.count > this.#limits.maxWaitingBytes) this.#onOverflow();
  }

  push(frames: Buffer): void {
    this.#pushed.push(frames);
  }

  flush(): void {
    const [first] = this.#pushed;
    if (!first) return;
    const frames = this.#pushed.length === 1 ? first : Buffer.concat(this.#pushed);
    this.#pushed = [];
    this.write(frames);
  }

  ping(): void {
    if (!this.isOpen) return;
    this.#unread.pinged();
    this.#stalledSince ??= this.#now();
    this.#stream.write(pingFrame);
  }

  /** The client has answered its oldest PING. */
  ponged(): void {
    this.#unread.ponged();
    this.#stalledSince = this.#unread.hasUnansweredPing ? this.#now() : undefined;
    if (this.isWritable && this.#waiting.length > 0) this.#wake();
  }

  /** Lets go of whoever waits: the connection is gone. */
  close(): void {
    this.#pushed = [];
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const callback of waiting) callback();
  }
}
