import { connect, createServer, type Server, type Socket } from 'node:net';

export type Target = { host: string; port: number };

export type TcpProxy = {
  port: number;
  /** Cuts all connections and takes no new ones: what lies behind is away. */
  cut: () => Promise<void>;
  /** Takes connections again, on the same port. */
  restore: () => Promise<void>;
  /** Leads new connections elsewhere and leaves open ones alone, as a load balancer does. */
  retarget: (target: Target) => void;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/** Stands between a client and a server on this machine, so that a test can take one away from the other. */
export async function startTcpProxy(initialTarget: Target): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let target = initialTarget;
  let server: Server | undefined;

  async function listen(port: number): Promise<number> {
    const listening = createServer((inner) => {
      const outer = connect(target);
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        open.add(from);
        from.on('error', () => {});
        from.on('close', () => {
          open.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    server = listening;
    await new Promise<void>((resolve, reject) => {
      listening.once('error', reject);
      listening.listen(port, '127.0.0.1', resolve);
    });
    const address = listening.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async function cut(): Promise<void> {
    const closing = server;
    server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (closing) closing.close(() => resolve());
      else resolve();
    });
    for (const socket of open) socket.destroy();
    await closed;
  }

  const port = await listen(0);
  return {
    port,
    cut,
    retarget(next) {
      target = next;
    },
    async restore() {
      await listen(port);
    },
    [Symbol.asyncDispose]: cut,
  };
}
