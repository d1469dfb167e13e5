import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createProxyServer } from 'http-proxy-3';
import type { ClusterNode } from './cluster-node.ts';

export type Balancer = {
  port: number;
  add(node: Pick<ClusterNode, 'name' | 'port'>): void;
  close(): Promise<void>;
};

const askEveryMs = 500;
const askTimeoutMs = 400;

/**
 * Leads requests and WebSockets to the nodes in turn, and to none that says of itself that it is not ready: what a load
 * balancer has to do for this server, and no more. The address of the client is passed on in X-Forwarded-For.
 */
export async function startBalancer(options: { port: number }): Promise<Balancer> {
  const nodes: Pick<ClusterNode, 'name' | 'port'>[] = [];
  const ready = new Set<Pick<ClusterNode, 'name' | 'port'>>();
  const proxy = createProxyServer({ xfwd: true, ws: true });
  let turn = 0;

  /** The next one that is ready; else any that is up, for one that has just started was not asked yet. */
  function pick(): string | undefined {
    const up = nodes.filter((node) => node.port() !== undefined);
    const among = up.some((node) => ready.has(node)) ? up.filter((node) => ready.has(node)) : up;
    const node = among[turn++ % Math.max(1, among.length)];
    return node && `http://127.0.0.1:${node.port()}`;
  }

  function refuse(to: ServerResponse | Socket): void {
    const text = 'No node is there to answer. Try again in a moment.\n';
    if (to instanceof ServerResponse) {
      if (!to.headersSent) to.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' });
      to.end(text);
    } else to.destroy();
  }

  proxy.on('error', (_error, _request, to) => refuse(to));
  const server = createServer((request, response) => {
    const target = pick();
    if (target === undefined) refuse(response);
    else proxy.web(request, response, { target });
  });
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const target = pick();
    if (target === undefined || !(socket instanceof Socket)) socket.destroy();
    else proxy.ws(request, socket, head, { target });
  });

  async function ask(): Promise<void> {
    for (const node of nodes) {
      const port = node.port();
      const answer =
        port === undefined
          ? undefined
          : await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(askTimeoutMs) }).catch(
              () => undefined,
            );
      if (answer?.ok) ready.add(node);
      else ready.delete(node);
      await answer?.body?.cancel();
    }
  }
  let asking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    asking = asking.then(ask, ask);
  }, askEveryMs);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    add(node) {
      nodes.push(node);
      ready.add(node);
    },
    async close() {
      clearInterval(timer);
      await asking;
      proxy.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
