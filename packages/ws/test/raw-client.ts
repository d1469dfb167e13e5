import { once } from 'node:events';
import { vi } from 'vitest';
import { type RawData, WebSocket } from 'ws';

/** The machine that tests run on may be busy with others. */
const patience = { timeout: 15_000, interval: 5 };

export type RawClientOptions = {
  /** Whether it answers tRPC's text PING, as every stock client does. */
  answersPing?: boolean;
  /** Behind the address of the server. */
  suffix?: string;
};

/** A client that shows every frame as text, in order. PING and PONG are counted and kept apart. */
export class RawClient {
  readonly socket: WebSocket;
  readonly frames: string[] = [];
  pings = 0;
  pongs = 0;
  /** Undefined until the socket is closed. */
  closed: { code: number; reason: string } | undefined;

  constructor(url: string, { answersPing = true, suffix = '' }: RawClientOptions = {}) {
    this.socket = new WebSocket(url + suffix);
    this.socket.on('error', () => {});
    this.socket.once('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    this.socket.on('message', (data) => {
      const text = textOf(data);
      if (text === 'PONG') this.pongs++;
      else if (text === 'PING') {
        this.pings++;
        if (answersPing) this.socket.send('PONG');
      } else this.frames.push(text);
    });
  }

  /** Sends what is no text as JSON. */
  send(message: unknown): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  query(id: number | string, path: string, input?: unknown): void {
    this.send({ id, method: 'query', params: { path, input } });
  }

  mutate(id: number | string, path: string, input?: unknown): void {
    this.send({ id, method: 'mutation', params: { path, input } });
  }

  subscribe(id: number | string, path: string, params: { input?: unknown; lastEventId?: string } = {}): void {
    this.send({ id, method: 'subscription', params: { path, ...params } });
  }

  stop(id: number | string): void {
    this.send({ id, method: 'subscription.stop' });
  }

  /** The frames so far, once there are so many. */
  async untilFrames(count: number): Promise<string[]> {
    return vi.waitFor(() => {
      if (this.frames.length < count) {
        const last = this.frames.slice(-20).map((frame) => frame.slice(0, 120));
        throw new Error(`${this.frames.length} of ${count} frames: ${last.join('\n')}`);
      }
      return this.frames;
    }, patience);
  }

  /** The frames so far, once the server has had the time to send whatever was still to come. */
  async untilQuiet(): Promise<string[]> {
    for (let round = 0; round < 3; round++) {
      const before = this.pongs;
      this.socket.send('PING');
      await until(() => this.pongs > before);
    }
    return this.frames;
  }

  async untilClosed(): Promise<{ code: number; reason: string }> {
    return vi.waitFor(() => {
      if (!this.closed) throw new Error('The socket is open.');
      return this.closed;
    }, patience);
  }

  close(): void {
    this.socket.terminate();
  }
}

export function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

export async function openClient(url: string, options: RawClientOptions = {}): Promise<RawClient> {
  const client = new RawClient(url, options);
  await once(client.socket, 'open');
  return client;
}

export async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => {
    if (!condition()) throw new Error('Not yet.');
  }, patience);
}
