import { connect, type Socket } from 'node:net';

const endOfHead = '\r\n\r\n';
const endOfChunks = '0\r\n\r\n';

/** Where tRPC over HTTP answers a query whose inputs go through superjson. */
export function queryUrl(base: string, path: string, input: object): string {
  return `${base}/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
}

/** One keep-alive connection that asks and waits: so little work that what it times is the server's. */
export class RequestConnection {
  readonly #socket: Socket;
  readonly #host: string;
  readonly #headers: string;
  #chunks: Buffer[] = [];
  #settle: ((error?: Error) => void) | undefined;

  constructor(base: string, token?: string) {
    const { hostname, port, host } = new URL(base);
    this.#host = host;
    this.#headers = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      if (isComplete(this.#chunks)) this.#settle?.();
    });
    this.#socket.on('error', (error) => this.#settle?.(error));
    this.#socket.on('close', () => this.#settle?.(new Error('The server closed the connection.')));
  }

  /** Gives the milliseconds until the whole answer was there. Throws for anything but 200. */
  async get(url: string): Promise<number> {
    const { pathname, search } = new URL(url, 'http://localhost');
    this.#chunks = [];
    const start = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
      this.#socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${this.#host}\r\n${this.#headers}\r\n`);
    });
    const ms = performance.now() - start;
    this.#settle = undefined;
    const status = this.#chunks[0]?.toString('latin1', 0, 100) ?? '';
    if (!status.startsWith('HTTP/1.1 200 ')) throw new Error(`The server answered: ${status}`);
    return ms;
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }
}

function isComplete(chunks: readonly Buffer[]): boolean {
  const [first] = chunks;
  const last = chunks.at(-1);
  if (!first || !last) return false;
  const head = first.toString('latin1', 0, Math.min(first.length, 4096));
  const end = head.indexOf(endOfHead);
  if (end < 0) return false;
  const length = /^content-length: (\d+)$/im.exec(head.slice(0, end))?.[1];
  if (length === undefined) return last.subarray(-endOfChunks.length).toString('latin1') === endOfChunks;
  const received = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return received >= end + endOfHead.length + Number(length);
}
