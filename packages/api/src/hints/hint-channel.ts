import type { HintEvent, PresenceEvent, TypingEvent } from '@folkmoot/contract';

/** Hints that a slow reader may have waiting; beyond, it is told where things stand instead. */
const maxWaiting = 100;

export type HintKind = 'typing' | 'presence';

export type HintSubscription = {
  kinds: readonly HintKind[];
  /** Nobody is told of their own typing. */
  userId: string;
  signal: AbortSignal;
};

type Subscriber = HintSubscription & { waiting: HintEvent[]; hasMissed: boolean; wake: () => void };

/** Typing and presence of one room, to whoever listens at the moment. Nothing is kept for those who do not. */
export class HintChannel {
  readonly #presenceState: () => PresenceEvent;
  readonly #subscribers = new Set<Subscriber>();
  #isClosed = false;

  /** @param presenceState where presence stands now: what each reader of presence gets first (P1) */
  constructor(presenceState: () => PresenceEvent) {
    this.#presenceState = presenceState;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  publish(event: TypingEvent | PresenceEvent): void {
    const kind = event.type === 'user-typing' ? 'typing' : 'presence';
    for (const subscriber of [...this.#subscribers]) {
      if (!subscriber.kinds.includes(kind)) continue;
      if (event.type === 'user-typing' && event.user.id === subscriber.userId) continue;
      if (subscriber.waiting.length >= maxWaiting) {
        subscriber.waiting = [];
        subscriber.hasMissed = true;
      }
      subscriber.waiting.push(event);
      subscriber.wake();
    }
  }

  /** Ends all subscriptions. */
  close(): void {
    this.#isClosed = true;
    for (const { wake } of this.#subscribers) wake();
  }

  async *subscribe(subscription: HintSubscription): AsyncGenerator<HintEvent, void, unknown> {
    const { signal } = subscription;
    const subscriber: Subscriber = { ...subscription, waiting: [], hasMissed: true, wake: () => undefined };
    const onAbort = (): void => {
      subscriber.wake();
    };
    this.#subscribers.add(subscriber);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted && !this.#isClosed) {
        if (subscriber.hasMissed) {
          subscriber.hasMissed = false;
          if (subscriber.kinds.includes('presence')) {
            subscriber.waiting = subscriber.waiting.filter(({ type }) => type === 'user-typing');
            yield this.#presenceState();
            continue;
          }
        }
        const next = subscriber.waiting.shift();
        if (next) {
          yield next;
          continue;
        }
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
        });
        subscriber.wake = () => undefined;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#subscribers.delete(subscriber);
    }
  }
}
