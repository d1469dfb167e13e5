/**
 * Starts what a connection asks for in the order asked, with a limit on calls under way (A5). A call keeps its slot
 * until it is answered; the start of a subscription takes none, and only waits for its turn.
 */
export class CallQueue {
  readonly #limits: { maxCallsInFlight: number; maxCallsWaiting: number };
  #inFlight = 0;
  #waiting: { start: () => Promise<void>; takesSlot: boolean }[] = [];

  constructor(limits: { maxCallsInFlight: number; maxCallsWaiting: number }) {
    this.#limits = limits;
  }

  /** False, and nothing is started, where too many wait already. `start` must not reject. */
  add(start: () => Promise<void>, options: { takesSlot: boolean }): boolean {
    if (this.#waiting.length === 0 && this.#hasSlot(options.takesSlot)) {
      this.#run(start, options.takesSlot);
      return true;
    }
    if (this.#waiting.length >= this.#limits.maxCallsWaiting) return false;
    this.#waiting.push({ start, ...options });
    return true;
  }

  /** Forgets what has not been started. */
  clear(): void {
    this.#waiting = [];
  }

  #hasSlot(takesSlot: boolean): boolean {
    return !takesSlot || this.#inFlight < this.#limits.maxCallsInFlight;
  }

  #run(start: () => Promise<void>, takesSlot: boolean): void {
    if (takesSlot) this.#inFlight++;
    void start().then(() => {
      if (!takesSlot) return;
      this.#inFlight--;
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next && this.#hasSlot(next.takesSlot); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#run(next.start, next.takesSlot);
    }
  }
}
