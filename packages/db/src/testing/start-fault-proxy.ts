import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';
import { findFreePort } from '../embedded/find-free-port.ts';

export type Target = { host: string; port: number };

/** What the link does to what goes through it, in both directions, connections that are open already included. */
export type LinkFault = {
  /** Holds every piece back for so long. */
  delayMs?: number;
  /** Lets at most so many bytes a second through, each way and connection. */
  bytesPerSecond?: number;
  /** Takes what comes and passes nothing on, in neither direction; new connections open and stay silent. */
  isBlackHole?: boolean;
  /**
   * Each way of each connection passes its next piece without so many bytes of its end, and nothing more from then on: a
   * black hole that opens in the middle of a sentence.
   */
  lostTailBytes?: number;
};

export type FaultProxy = {
  port: number;
  /** Replaces the faults of the link; without an argument it is sound again. What a black hole took is lost. */
  set(fault?: LinkFault): void;
  /** Resets every open connection, in the middle of whatever goes through, and goes on taking new ones. */
  reset(): void;
  /** Resets every open connection and refuses new ones: what lies behind is away. */
  cut(): Promise<void>;
  /** Takes connections again, on the same port. */
  restore(): Promise<void>;
  /** Leads new connections elsewhere and leaves open ones alone, as a load balancer does. */
  retarget(target: Target): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A link on this machine between two programs, to be made bad without either's doing. */
export async function startFaultProxy(initialTarget: Target): Promise<FaultProxy> {
  const open = new Set<Socket>();
  let target = initialTarget;
  let fault: LinkFault = {};
  let server: Server | undefined;

  function serve(inner: Socket): void {
    const outer = connect(target);
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('error', () => {});
      from.once('close', () => {
        open.delete(from);
        // A side that is gone is not seen through a black hole.
        if (!isSilent(fault)) to.destroy();
      });
      const link = new FaultyLink(() => fault);
      link.once('end', () => {
        if (!isSilent(fault)) to.end();
      });
      from.pipe(link).pipe(to, { end: false });
    }
  }

  async function listen(port: number): Promise<number> {
    const listening = createServer(serve);
    server = listening;
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', resolve);
    });
    const address = listening.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  function reset(): void {
    for (const socket of open) socket.resetAndDestroy();
    open.clear();
  }

  async function cut(): Promise<void> {
    const closing = server;
    server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (closing) closing.close(() => resolve());
      else resolve();
    });
    reset();
    await closed;
  }

  const port = await listen(await findFreePort());
  return {
    port,
    set(next = {}) {
      const wasSilent = isSilent(fault);
      fault = next;
      // Bytes are missing from what was open: no link heals that, the ends have to find out.
      if (wasSilent && !isSilent(next)) reset();
    },
    reset,
    cut,
    async restore() {
      if (!server) await listen(port);
    },
    retarget(next) {
      target = next;
    },
    [Symbol.asyncDispose]: cut,
  };
}

function isSilent({ isBlackHole = false, lostTailBytes }: LinkFault): boolean {
  return isBlackHole || lostTailBytes !== undefined;
}

/** One direction of one connection. */
class FaultyLink extends Transform {
  readonly #fault: () => LinkFault;
  #hasLostTail = false;

  constructor(fault: () => LinkFault) {
    super();
    this.#fault = fault;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const { delayMs = 0, bytesPerSecond, isBlackHole, lostTailBytes } = this.#fault();
    if (isBlackHole || this.#hasLostTail) {
      done();
      return;
    }
    if (lostTailBytes !== undefined) {
      this.#hasLostTail = true;
      done(null, chunk.subarray(0, Math.max(0, chunk.length - lostTailBytes)));
      return;
    }
    const throttledMs = bytesPerSecond === undefined ? 0 : (chunk.length / bytesPerSecond) * 1_000;
    if (delayMs + throttledMs === 0) done(null, chunk);
    // One piece after the other: a delay makes the link slow, and pieces that come together leave together.
    else setTimeout(() => done(null, chunk), delayMs + throttledMs);
  }
}
