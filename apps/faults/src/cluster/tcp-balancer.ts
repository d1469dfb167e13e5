import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReady } from './node-metrics.ts';

export type TcpBalancer = {
  port: number;
  /** Resolves when every target was found ready since the call, or not ready. */
  checked(): Promise<void>;
  close(): Promise<void>;
};

const checkEveryMs = 250;
/** A node that is slow is not yet one that is gone. */
const answerWithinMs = 2_000;
const connectWithinMs = 1_000;

/**
 * A load balancer that knows connections only: each new one goes to the next node that says that it is ready, and to
 * another where it cannot be opened. A connection stays where it is.
 */
export async function startTcpBalancer(targets: readonly { port: number }[]): Promise<TcpBalancer> {
  const ready = new Set<number>();
  const open = new Set<Socket>();
  let turn = 0;
  let isClosed = false;

  function serve(client: Socket): void {
    open.add(client);
    client.setNoDelay(true);
    client.on('error', () => {});
    client.once('close', () => open.delete(client));
    // Where none is ready, any may still answer.
    const among = ready.size > 0 ? targets.filter(({ port }) => ready.has(port)) : targets;
    const first = turn++;
    tryTarget(
      client,
      [...among.keys()].map((index) => among[(first + index) % among.length]?.port ?? 0),
    );
  }

  function tryTarget(client: Socket, [port, ...others]: number[]): void {
    if (port === undefined || client.destroyed) {
      client.destroy();
      return;
    }
    const node = connect(port, '127.0.0.1');
    let isConnected = false;
    const timer = setTimeout(() => node.destroy(), connectWithinMs);
    node.setNoDelay(true);
    node.on('error', () => {});
    node.once('connect', () => {
      isConnected = true;
      clearTimeout(timer);
      open.add(node);
      client.pipe(node).pipe(client);
      client.once('close', () => node.destroy());
    });
    node.once('close', () => {
      clearTimeout(timer);
      open.delete(node);
      if (isConnected) client.destroy();
      else {
        ready.delete(port);
        tryTarget(client, others);
      }
    });
  }

  async function check(): Promise<void> {
    await Promise.all(
      targets.map(async ({ port }) => {
        if (await isReady(port, answerWithinMs)) ready.add(port);
        else ready.delete(port);
      }),
    );
  }

  async function keepChecking(): Promise<void> {
    while (!isClosed) {
      await check();
      await sleep(checkEveryMs);
    }
  }

  const server = createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  await check();
  const checking = keepChecking();
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    checked: check,
    async close() {
      isClosed = true;
      await checking;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      });
    },
  };
}
