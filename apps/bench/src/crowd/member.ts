import { connect, type Socket } from 'node:net';
import { connectPaced } from './connect-paced.ts';
import type { Dialect, Person } from './dialect.ts';
import { clientTextFrame, FrameReader } from './frame-reader.ts';

export type MemberOptions = {
  /** As the server printed it: `http://HOST:PORT`. */
  url: string;
  dialect: Dialect;
  person: Person;
  /** How fast it reads; as fast as it can where that is 0 or not given. */
  bytesPerSecond?: number | undefined;
  /** On by default. */
  answersPing?: boolean;
  onEvent: (payload: Buffer) => void;
  onAcknowledged: () => void;
  /** The server refused something, or the connection ended without being left. */
  onFailure: (reason: string) => void;
};

const closeOpcode = 8;
const pingOpcode = 9;
const endOfHead = '\r\n\r\n';

/** One client: a socket and a count, so that thousands of them need less than the server that they measure. */
export class Member {
  readonly #options: MemberOptions;
  readonly #socket: Socket;
  readonly #joined = Promise.withResolvers<void>();
  readonly #reader: FrameReader;
  #head: string | undefined = '';
  #hasLeft = false;
  #closeCode: number | undefined;

  constructor(options: MemberOptions) {
    this.#options = options;
    const { hostname, port } = new URL(options.url);
    this.#reader = new FrameReader((opcode, payload) => this.#take(opcode, payload));
    const address = { host: hostname, port: Number(port), noDelay: true };
    if (options.bytesPerSecond === undefined) {
      this.#socket = connect(address);
      this.#socket.on('data', (chunk) => this.#read(chunk));
    } else {
      this.#socket = connectPaced(address, options.bytesPerSecond, (chunk) => this.#read(chunk));
    }
    this.#socket.on('connect', () => {
      this.#socket.write(
        `GET ${options.dialect.target} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
          `Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==${endOfHead}`,
      );
    });
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('the connection was closed'));
  }

  /** Rejects when the connection ends before. */
  get joined(): Promise<void> {
    return this.#joined.promise;
  }

  /** Gives the number of acknowledgements that will come. */
  send(texts: readonly string[], firstId: number): number {
    const { frames, acknowledgements } = this.#options.dialect.send(texts, firstId);
    this.#write(frames);
    return acknowledgements;
  }

  /** From now on nothing is read; the connection stays. */
  stall(): void {
    this.#socket.pause();
  }

  /** The end of `stall`. */
  readOn(): void {
    this.#socket.resume();
  }

  /** Whether the connection is over, and all that could be read of it has been. */
  get isOver(): boolean {
    return this.#socket.closed;
  }

  /** As the server sent it; undefined where it has not. */
  get closeCode(): number | undefined {
    return this.#closeCode;
  }

  /** Leaves after all that was sent has gone out. */
  end(): void {
    this.#hasLeft = true;
    this.#socket.end();
  }

  /** Leaves at once. */
  leave(): void {
    this.#hasLeft = true;
    this.#socket.destroy();
  }

  #write(frames: readonly string[]): void {
    const [first] = frames;
    if (first !== undefined && frames.length === 1) this.#socket.write(clientTextFrame(first));
    else if (frames.length > 1) this.#socket.write(Buffer.concat(frames.map(clientTextFrame)));
  }

  #read(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#reader.read(chunk);
      return;
    }
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(endOfHead);
    if (end < 0) return;
    const head = this.#head;
    this.#head = undefined;
    if (!head.startsWith('HTTP/1.1 101 ')) {
      this.#fail(`the upgrade was refused: ${head.slice(0, end)}`);
      return;
    }
    const { dialect, person } = this.#options;
    this.#write(dialect.greet(person));
    if (!person.subscribes && dialect.sendersBeginAtOnce) this.#joined.resolve();
    const frames = head.slice(end + endOfHead.length);
    if (frames.length > 0) this.#reader.read(Buffer.from(frames, 'latin1'));
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === closeOpcode) {
      this.#closeCode = payload.readUInt16BE();
      this.#fail(`the server closed: ${payload.toString('latin1')}`);
      this.end();
    }
    // Control pings are those of the WebSocket layer; none of the servers here needs an answer within a run.
    if (opcode === closeOpcode || opcode === pingOpcode) return;
    const meaning = this.#options.dialect.read(payload, this.#options.person);
    switch (meaning.kind) {
      case 'event':
        this.#options.onEvent(payload);
        break;
      case 'acknowledged':
        this.#options.onAcknowledged();
        break;
      case 'asked':
        if (this.#options.answersPing ?? true) this.#write([meaning.answer]);
        break;
      case 'joined':
        this.#joined.resolve();
        break;
      case 'failed':
        this.#fail(meaning.text);
        break;
      case 'other':
        break;
    }
  }

  #fail(reason: string): void {
    if (this.#hasLeft) return;
    this.#joined.reject(new Error(reason));
    this.#options.onFailure(reason);
  }
}
