export type QueuedCall = {
  /** The start of a subscription takes no slot, and only waits for its turn. */
  readonly takesSlot: boolean;
  /** Resolves when the call is answered; must not reject. */
  start(): Promise<void>;
};

/**
 * Starts what a connection asks for in the order asked, with a limit on calls under way (A5). A call keeps its slot
 * until it is answered.
 */
export class CallQueue {
  readonly #limits: { maxCallsInFlight: number; maxCallsWaiting: number };
  #inFlight = 0;
  #waiting: QueuedCall[] | undefined;
  #onIdle: (() => void) | undefined;

  constructor(limits: { maxCallsInFlight: number; maxCallsWaiting: number }) {
    this.#limits = limits;
  }

  /** False, and nothing is started, where too many wait already. */
  add(call: QueuedCall): boolean {
    if (!this.#waiting && this.#hasSlot(call)) {
      this.#run(call);
      return true;
    }
    this.#waiting ??= [];
    if (this.#waiting.length >= this.#limits.maxCallsWaiting) return false;
    this.#waiting.push(call);
    return true;
  }

  /** Forgets what has not been started. */
  clear(): void {
    this.#waiting = undefined;
    this.#tellIfIdle();
  }

  /** Calls `tell`, the last one given, when every call that was added is answered: now, where none is under way. */
  whenIdle(tell: () => void): void {
    this.#onIdle = tell;
    this.#tellIfIdle();
  }

  #hasSlot({ takesSlot }: QueuedCall): boolean {
    return !takesSlot || this.#inFlight < this.#limits.maxCallsInFlight;
  }

  #run(call: QueuedCall): void {
    if (call.takesSlot) this.#inFlight++;
    call.start().then(
      () => this.#release(call),
      () => this.#release(call),
    );
  }

  #release({ takesSlot }: QueuedCall): void {
    if (!takesSlot) return;
    this.#inFlight--;
    for (let next = this.#waiting?.[0]; next && this.#hasSlot(next); next = this.#waiting?.[0]) {
      this.#waiting?.shift();
      this.#run(next);
    }
    if (this.#waiting?.length === 0) this.#waiting = undefined;
    this.#tellIfIdle();
  }

  #tellIfIdle(): void {
    if (!this.#onIdle || this.#inFlight > 0 || this.#waiting) return;
    const tell = this.#onIdle;
    this.#onIdle = undefined;
    tell();
  }
}
