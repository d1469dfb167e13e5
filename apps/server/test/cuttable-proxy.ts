import { connect, createServer, type Socket } from 'node:net';

export type CuttableProxy = {
  /** Leads to the same server as the address that it was made for. */
  url: string;
  /** Destroys every connection at once, in the middle of whatever goes through: no close code, no end of a stream. */
  cut: () => void;
  close: () => Promise<void>;
};

/** A wire of one client's own, to be cut without the server's or the client's doing. */
export async function startCuttableProxy(target: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  const server = createServer((downstream) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [downstream, upstream]) {
      const other = socket === upstream ? downstream : upstream;
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut,
    close: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
