import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { closeWith } from './close-codes.ts';
import type { FanoutFrames } from './fanout-frames.ts';
import type { FanoutOutlet, Waiter } from './fanout-pump.ts';
import type { FrameScratch } from './frame-scratch.ts';
import { textFrame } from './frames.ts';
import { UnreadBytes } from './unread-bytes.ts';

export type OutboundParts = {
  limits: {
    /** A PING follows after so many bytes. */
    pingEveryBytes: number;
    /** With more than this unread nothing more is pushed or asked of an iterator. */
    maxUnreadBytes: number;
    /** With more than this unread, answers of calls included, one more gives the socket up. */
    maxWaitingBytes: number;
  };
  now: () => number;
  /** Shared with all connections that are written to in the same process. */
  scratch: FrameScratch;
};

const pingFrame = textFrame('PING');

/** What leaves one connection: every frame goes through here, so that unread bytes are known (R9). */
export class Outbound implements FanoutOutlet {
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #parts: OutboundParts;
  readonly #unread: UnreadBytes;
  readonly #isPlain: boolean;
  #pushed: FanoutFrames | FanoutFrames[] | undefined;
  #pushedBytes = 0;
  #longestWrite = 0;
  #waiting: Set<Waiter> | undefined;
  #stalledSince: number | undefined;
  #isCorked = false;
  /**
   * Whether somebody is there to be held back: a stream. Only then are bytes counted and PINGs sent; a client that only
   * calls is told no more than tRPC's adapter tells it.
   */
  isPaced = false;

  /** @param stream the connection below the WebSocket */
  constructor(socket: WebSocket, stream: Duplex, parts: OutboundParts) {
    this.#socket = socket;
    this.#stream = stream;
    this.#parts = parts;
    this.#isPlain = stream instanceof Socket && !(stream instanceof TLSSocket);
    const { pingEveryBytes, maxUnreadBytes } = parts.limits;
    // A connection at its limit goes on when a PONG comes, so a PING must be on its way by then.
    this.#unread = new UnreadBytes(Math.min(pingEveryBytes, maxUnreadBytes));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get isWritable(): boolean {
    return this.unreadBytes + this.#pushedBytes <= this.#parts.limits.maxUnreadBytes;
  }

  /** Those that still wait in this process cannot have been read, whatever a client answers. */
  get unreadBytes(): number {
    return Math.max(this.#unread.count, this.#stream.writableLength);
  }

  /** What has to be read before the oldest PING can be answered. */
  get bytesBeforeAnswer(): number {
    return this.#unread.beforeAnswer ?? 0;
  }

  /** Since when a PING waits for its answer without any other having come; undefined when none waits (T3). */
  get stalledSince(): number | undefined {
    return this.#stalledSince;
  }

  whenWritable(waiter: Waiter): void {
    this.#waiting ??= new Set();
    this.#waiting.add(waiter);
    // A PONG is what wakes it.
    if (this.#unread.beforeAnswer === undefined && this.#pushedBytes === 0) this.ping();
  }

  forget(waiter: Waiter): void {
    this.#waiting?.delete(waiter);
  }

  /** Writes whole frames. What is written in one turn leaves together. Nothing once closing has begun. */
  write(frames: Buffer): void {
    if (!this.isOpen) return;
    this.#cork();
    this.flush();
    this.#send(frames);
  }

  push(frames: FanoutFrames): void {
    this.#pushedBytes += frames.bytes;
    if (this.#pushed === undefined) this.#pushed = frames;
    else if (Array.isArray(this.#pushed)) this.#pushed.push(frames);
    else this.#pushed = [this.#pushed, frames];
  }

  flush(): void {
    const pushed = this.#pushed;
    if (!pushed) return;
    const bytes = this.#pushedBytes;
    this.#pushed = undefined;
    this.#pushedBytes = 0;
    if (!this.isOpen) return;
    const behind = this.isPaced && this.#unread.wrote(bytes) ? pingFrame : undefined;
    if (Array.isArray(pushed)) this.#stream.write(concatFrames(pushed, bytes, behind));
    else this.#writeShared(pushed, behind);
    if (behind) this.#pinged();
    this.#judgeWaiting(bytes);
  }

  ping(): void {
    if (!this.isOpen) return;
    this.#stream.write(pingFrame);
    this.#pinged();
  }

  /** The client has answered its oldest PING. */
  ponged(): void {
    this.#unread.ponged();
    this.#stalledSince = this.#unread.beforeAnswer === undefined ? undefined : this.#parts.now();
    if (!this.#waiting || !this.isWritable) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const waiter of waiting) waiter.goOn();
  }

  /** The connection is gone: nobody who waits goes on. */
  close(): void {
    this.#pushed = undefined;
    this.#waiting = undefined;
  }

  #send(frames: Buffer): void {
    const isPingDue = this.isPaced && this.#unread.wrote(frames.length);
    this.#stream.write(frames);
    if (isPingDue) this.ping();
    this.#judgeWaiting(frames.length);
  }

  /**
   * From the buffer that all connections share, where the bytes have left the process when `write` returns: a plain
   * socket gives them to the kernel at once, and what that does not take counts as its `writableLength`. Any other
   * stream may keep them, and one that is behind would.
   */
  #writeShared(frames: FanoutFrames, behind: Buffer | undefined): void {
    const { scratch } = this.#parts;
    if (!this.#isPlain || this.#isCorked || this.#stream.writableLength > 0) {
      this.#stream.write(concatFrames([frames], frames.bytes, behind));
      return;
    }
    this.#stream.write(scratch.fill(frames, behind));
    if (this.#stream.writableLength > 0) scratch.giveAway();
  }

  #pinged(): void {
    this.#unread.pinged();
    this.#stalledSince ??= this.#parts.now();
  }

  #judgeWaiting(writtenBytes: number): void {
    if (writtenBytes > this.#longestWrite) this.#longestWrite = writtenBytes;
    const { maxWaitingBytes } = this.#parts.limits;
    // An answer that is longer than that in itself is given all the same.
    const allowance = this.#longestWrite > maxWaitingBytes ? this.#longestWrite : 0;
    const waitingBytes = this.isPaced ? this.unreadBytes : this.#stream.writableLength;
    if (waitingBytes > maxWaitingBytes + allowance) closeWith(this.#socket, 'slowReader');
  }

  /** Held in the stream itself, where frames that `ws` writes stay in their order with ours. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    process.nextTick(Outbound.#uncork, this);
  }

  static #uncork(outbound: Outbound): void {
    outbound.#isCorked = false;
    outbound.#stream.uncork();
  }
}

function concatFrames(parts: readonly FanoutFrames[], bytes: number, behind: Buffer | undefined): Buffer {
  const target = Buffer.allocUnsafe(bytes + (behind?.length ?? 0));
  let offset = 0;
  for (const part of parts) offset = part.writeTo(target, offset);
  behind?.copy(target, offset);
  return target;
}
