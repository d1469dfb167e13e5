import type { FanoutEncoder } from './fanout-encoder.ts';
import { type EncodedBatch, FanoutFrames } from './fanout-frames.ts';
import type { FanoutBatch, FanoutSource, FanoutSubscription } from './fanout-source.ts';

/** Who waits for a client to read. */
export type Waiter = { goOn(): void };

/** Where pushed frames go: a connection. */
export type FanoutOutlet = {
  /** False while the client has too much unread; `whenWritable` tells once it has not. */
  readonly isWritable: boolean;
  whenWritable(waiter: Waiter): void;
  forget(waiter: Waiter): void;
  /** Keeps frames until `flush`, which the pump calls once a turn. */
  push(frames: FanoutFrames): void;
  flush(): void;
};

export type FanoutSubscriber = {
  readonly outlet: FanoutOutlet;
  /** Called once at the end of the source, with the error that ended it if one did. Must not throw. */
  onEnd(failure?: { error: unknown }): void;
  /** Closing the subscription failed. Nobody waits for it. */
  onLateError(error: unknown): void;
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

  /**
   * Serves one subscriber until the source ends or the returned `stop` is called.
   * @param prefix a message up to its result
   */
  start(source: FanoutSource, prefix: string, subscriber: FanoutSubscriber): { stop(): void } {
    const push = new Push({ pump: this, prefix, subscriber }, source);
    this.wake(push);
    return push;
  }

  wake(push: Push): void {
    if (push.isWoken) return;
    push.isWoken = true;
    this.#woken.push(push);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#schedule(() => this.#serve());
  }

  encode(batch: FanoutBatch): EncodedBatch {
    return this.#encoder.encode(batch);
  }

  #serve(): void {
    const woken = this.#woken;
    this.#woken = [];
    this.#isScheduled = false;
    for (const push of woken) push.serve();
    for (const push of woken) push.outlet.flush();
    this.#encoder.forgetBatches();
  }
}

/** One subscriber. */
class Push implements Waiter {
  isWoken = false;
  readonly outlet: FanoutOutlet;
  readonly #pump: FanoutPump;
  readonly #prefix: string;
  readonly #prefixBytes: number;
  readonly #subscriber: FanoutSubscriber;
  #subscription: FanoutSubscription | undefined;
  /** Being fetched, or waiting for the client to read: a wake-up in between changes nothing. */
  #isWaiting = false;
  #isOver = false;

  constructor(options: { pump: FanoutPump; prefix: string; subscriber: FanoutSubscriber }, source: FanoutSource) {
    this.#pump = options.pump;
    this.#prefix = options.prefix;
    this.#prefixBytes = Buffer.byteLength(options.prefix);
    this.#subscriber = options.subscriber;
    this.outlet = options.subscriber.outlet;
    this.#subscription = source.subscribeFanout(() => {
      if (!this.#isOver) this.#pump.wake(this);
    });
  }

  serve(): void {
    this.isWoken = false;
    // One whose source failed to open may have been woken by it before.
    if (this.#isOver || this.#isWaiting || !this.#subscription) return;
    if (!this.outlet.isWritable) {
      this.#isWaiting = true;
      this.outlet.whenWritable(this);
      return;
    }
    try {
      const next = this.#subscription.next();
      if (isPending(next)) this.#fetch(next);
      else this.#take(next);
    } catch (error) {
      this.#end({ error });
    }
  }

  goOn(): void {
    this.#isWaiting = false;
    if (!this.#isOver) this.#pump.wake(this);
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.outlet.forget(this);
    try {
      this.#subscription?.close();
    } catch (error) {
      this.#subscriber.onLateError(error);
    }
    this.#subscription = undefined;
  }

  #fetch(fetched: PromiseLike<FanoutBatch | undefined>): void {
    this.#isWaiting = true;
    fetched.then(
      (batch) => {
        if (this.#isOver) return;
        this.#take(batch);
        this.outlet.flush();
        this.goOn();
      },
      (error: unknown) => this.#end({ error }),
    );
  }

  #take(batch: FanoutBatch | undefined): void {
    if (!batch) {
      this.#end();
      return;
    }
    if (batch.length === 0 || this.#isOver) return;
    try {
      this.#pushOn(batch);
    } catch (error) {
      this.#pushUpToFailure(batch);
      this.#end({ error });
    }
  }

  /** What comes before a value that cannot be encoded is delivered, as it would be one by one. */
  #pushUpToFailure(batch: FanoutBatch): void {
    try {
      for (const value of batch) this.#pushOn([value]);
    } catch {
      // The caller knows.
    }
  }

  #pushOn(batch: FanoutBatch): void {
    this.outlet.push(new FanoutFrames(this.#pump.encode(batch), this.#prefix, this.#prefixBytes));
  }

  #end(failure?: { error: unknown }): void {
    if (this.#isOver) return;
    this.stop();
    this.#subscriber.onEnd(failure);
  }
}

function isPending(
  next: ReturnType<FanoutSubscription['next']>,
): next is PromiseLike<FanoutBatch | undefined> & Promise<FanoutBatch | undefined> {
  return typeof next === 'object' && !Array.isArray(next);
}
