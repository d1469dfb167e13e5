/**
 * How much of what was written to a connection its client has not read yet (R9). The kernel takes megabytes without a
 * word about that, so the client is asked: after every `pingEveryBytes` follows tRPC's text PING, which every stock
 * client answers in order.
 */
export class UnreadBytes {
  readonly #pingEveryBytes: number;
  #written = 0;
  #read = 0;
  /** What had been written when each PING went that has no answer yet, oldest first. */
  readonly #unanswered: number[] = [];
  #lastPing = 0;

  constructor(pingEveryBytes: number) {
    this.#pingEveryBytes = pingEveryBytes;
  }

  get count(): number {
    return this.#written - this.#read;
  }

  /** What the client has to read before it can answer its oldest PING; undefined when none waits for an answer. */
  get beforeAnswer(): number | undefined {
    const oldest = this.#unanswered[0];
    return oldest === undefined ? undefined : oldest - this.#read;
  }

  /** Whether a PING is due after these bytes. */
  wrote(bytes: number): boolean {
    this.#written += bytes;
    return this.#written - this.#lastPing >= this.#pingEveryBytes;
  }

  /** A PING follows what was written so far. */
  pinged(): void {
    this.#lastPing = this.#written;
    this.#unanswered.push(this.#written);
  }

  /** The client has read everything before its oldest unanswered PING. One that was not asked for tells nothing. */
  ponged(): void {
    const read = this.#unanswered.shift();
    if (read !== undefined) this.#read = read;
  }
}
