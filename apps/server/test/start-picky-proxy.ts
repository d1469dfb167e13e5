import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

export type PickyProxy = {
  url: string;
  /** What it lets through from now on; what is open already stays open. */
  block(what: { webSockets?: boolean; eventStreams?: boolean }): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** What stands between many a company and the world: HTTP passes, WebSockets are refused, event streams never begin. */
export async function startPickyProxy(port: number): Promise<PickyProxy> {
  let blocked: Parameters<PickyProxy['block']>[0] = {};
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    // It waits for the end of the stream before it passes anything on.
    if (blocked.eventStreams && request.headers.accept?.includes('text/event-stream')) return;
    const { method, url: path, headers } = request;
    const onward = forward({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    onward.once('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('upgrade', (request: IncomingMessage, inner: Socket, head: Buffer) => {
    if (blocked.webSockets) {
      inner.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    const outer = connect(port, '127.0.0.1');
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
    }
    outer.write(`${lines.join('\r\n')}\r\n\r\n`);
    outer.write(head);
    inner.pipe(outer).pipe(inner);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    block(what) {
      blocked = what;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}
