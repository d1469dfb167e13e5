import type { FanoutEncoder } from './fanout-encoder.ts';
import type { FanoutBatch, FanoutSource, FanoutSubscription } from './fanout-source.ts';

/** Where pushed frames go: a connection. */
export type FanoutOutlet = {
  /** False while the client has too much unread; `whenWritable` calls back once it has not. */
  readonly isWritable: boolean;
  whenWritable(callback: () => void): void;
  /** Keeps frames until `flush`, which the pump calls once a turn. */
  push(frames: Buffer): void;
  flush(): void;
};

export type PushedSubscription = {
  outlet: FanoutOutlet;
  prefix: string;
  /** Called once at the end of the source, with the error that ended it if one did. */
  onEnd: (error?: unknown) => void;
};

type Schedule = (run: () => void) => void;

/**
 * Moves values from fan-out sources to their subscribers. Whoever was woken during a turn of the event loop is served
 * at its end: those at the same place share the encoded bytes, and each connection is written to once, whatever came.
 * A subscriber costs an entry and no promise, queue or timer; one that reads slowly is passed by and goes on later from
 * its place.
 */
export class FanoutPump {
  readonly #encoder: FanoutEncoder;
  readonly #schedule: Schedule;
  #woken: Push[] = [];
  #isScheduled = false;

  constructor(encoder: FanoutEncoder, schedule: Schedule = setImmediate) {
    this.#encoder = encoder;
    this.#schedule = schedule;
  }

  /** Serves one subscriber until the returned function is called. */
  start(source: FanoutSource, subscription: PushedSubscription): () => void {
    const push = new Push(this, source, subscription);
    this.wake(push);
    return () => push.stop();
  }

  wake(push: Push): void {
    if (push.isWoken) return;
    push.isWoken = true;
    this.#woken.push(push);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => this.#serve());
  }

  encode(batch: FanoutBatch, prefix: string): Buffer {
    return this.#encoder.encode(batch, prefix);
  }

  #serve(): void {
    const woken = this.#woken;
    this.#woken = [];
    this.#isScheduled = false;
    for (const push of woken) push.serve();
    for (const push of woken) push.outlet.flush();
  }
}

/** One subscriber. */
class Push {
  isWoken = false;
  readonly outlet: FanoutOutlet;
  readonly #pump: FanoutPump;
  readonly #prefix: string;
  readonly #onEnd: (error?: unknown) => void;
  readonly #subscription: FanoutSubscription;
  /** Being fetched, or waiting for the client to read: a wake-up in between changes nothing. */
  #isWaiting = false;
  #isOver = false;

  constructor(pump: FanoutPump, source: FanoutSource, { outlet, prefix, onEnd }: PushedSubscription) {
    this.#pump = pump;
    this.outlet = outlet;
    this.#prefix = prefix;
    this.#onEnd = onEnd;
    this.#subscription = source.subscribeFanout(() => pump.wake(this));
  }

  serve(): void {
    this.isWoken = false;
    if (this.#isOver || this.#isWaiting) return;
    if (!this.outlet.isWritable) {
      this.#isWaiting = true;
      this.outlet.whenWritable(() => this.#goOn());
      return;
    }
    try {
      const next = this.#subscription.next();
      if (next instanceof Promise) this.#fetch(next);
      else this.#take(next);
    } catch (error) {
      this.#end(error);
    }
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#subscription.close();
  }

  #fetch(fetched: Promise<FanoutBatch | undefined>): void {
    this.#isWaiting = true;
    fetched.then(
      (batch) => {
        if (this.#isOver) return;
        this.#take(batch);
        this.outlet.flush();
        this.#goOn();
      },
      (error: unknown) => this.#end(error),
    );
  }

  #goOn(): void {
    this.#isWaiting = false;
    if (!this.#isOver) this.#pump.wake(this);
  }

  #take(batch: FanoutBatch | undefined): void {
    if (!batch) this.#end();
    else if (batch.length > 0) this.outlet.push(this.#pump.encode(batch, this.#prefix));
  }

  #end(error?: unknown): void {
    if (this.#isOver) return;
    this.stop();
    this.#onEnd(error);
  }
}
