import { ServerResponse } from 'node:http';

type Encoding = Parameters<ServerResponse['write']>[1];
type Callback = (error?: Error | null) => void;

/**
 * A response that can fall silent (A3). A stock client whose stream says nothing for 20 s makes a new one, with a fresh
 * token and from its place; an ended one it would reopen with the old token. So from a moment on nothing leaves, the
 * pings and the end neither, and the connection is cut later by whoever called `fallSilentAt`.
 */
export class QuietResponse extends ServerResponse {
  #silentFromMs = Number.POSITIVE_INFINITY;
  #now: () => number = Date.now;

  fallSilentAt(momentMs: number, now: () => number): void {
    this.#silentFromMs = momentMs;
    this.#now = now;
  }

  get isSilent(): boolean {
    return this.#now() >= this.#silentFromMs;
  }

  override write(chunk: unknown, callback?: Callback): boolean;
  override write(chunk: unknown, encoding: Encoding, callback?: Callback): boolean;
  override write(chunk: unknown, encodingOrCallback?: Encoding | Callback, callback?: Callback): boolean {
    if (this.isSilent) return true;
    return typeof encodingOrCallback === 'function'
      ? super.write(chunk, encodingOrCallback)
      : super.write(chunk, encodingOrCallback ?? 'utf8', callback);
  }

  override end(callback?: Callback): this;
  override end(chunk: unknown, callback?: Callback): this;
  override end(chunk: unknown, encoding: Encoding, callback?: Callback): this;
  override end(chunk?: unknown, encodingOrCallback?: Encoding | Callback, callback?: Callback): this {
    if (this.isSilent) return this;
    return typeof encodingOrCallback === 'function'
      ? super.end(chunk, encodingOrCallback)
      : super.end(chunk, encodingOrCallback ?? 'utf8', callback);
  }
}
