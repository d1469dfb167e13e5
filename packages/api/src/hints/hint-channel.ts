import type { HintEvent, PresenceEvent } from '@folkmoot/contract';
import type { LiveSubscription } from '../live/live-source.ts';

/** Hints that a slow reader may have waiting; beyond, it is told where things stand instead. */
const maxWaiting = 100;

export type HintReader<Event extends HintEvent> = {
  /** Which hints it wants. */
  accepts: (event: HintEvent) => event is Event;
  /** Nobody is told of their own typing. */
  userId: string;
  wake: () => void;
};

/** Typing and presence of one room, to whoever listens at the moment. Nothing is kept for those who do not. */
export class HintChannel {
  readonly #presenceState: () => PresenceEvent;
  readonly #subscribers = new Set<{ offer(event: HintEvent): void; end(): void }>();

  /** @param presenceState where presence stands now: what each reader of presence gets first (P1) */
  constructor(presenceState: () => PresenceEvent) {
    this.#presenceState = presenceState;
  }

  get size(): number {
    return this.#subscribers.size;
  }

  publish(event: HintEvent): void {
    for (const subscriber of this.#subscribers) subscriber.offer(event);
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const subscriber of this.#subscribers) subscriber.end();
  }

  subscribe<Event extends HintEvent>(reader: HintReader<Event>): LiveSubscription<Event> {
    const subscription = new HintSubscription(reader, this.#presenceState, () => {
      this.#subscribers.delete(subscription);
    });
    this.#subscribers.add(subscription);
    return subscription;
  }
}

class HintSubscription<Event extends HintEvent> implements LiveSubscription<Event> {
  readonly #reader: HintReader<Event>;
  readonly #presenceState: () => PresenceEvent;
  readonly #leave: () => void;
  #waiting: Event[] = [];
  /** At the start, and when too much waited: where presence stands is told anew. */
  #owesState = true;
  #isOver = false;

  constructor(reader: HintReader<Event>, presenceState: () => PresenceEvent, leave: () => void) {
    this.#reader = reader;
    this.#presenceState = presenceState;
    this.#leave = leave;
  }

  offer(event: HintEvent): void {
    if (event.type === 'user-typing' && event.user.id === this.#reader.userId) return;
    if (!this.#reader.accepts(event)) return;
    if (this.#waiting.length >= maxWaiting) {
      this.#waiting = [];
      this.#owesState = true;
    }
    this.#waiting.push(event);
    this.#reader.wake();
  }

  end(): void {
    this.#isOver = true;
    this.#reader.wake();
  }

  next(limit: number): readonly Event[] | undefined {
    if (this.#isOver) return undefined;
    const state = this.#owesState ? this.#presenceState() : undefined;
    this.#owesState = false;
    const taken = this.#waiting.splice(0, limit);
    if (this.#waiting.length > 0) this.#reader.wake();
    if (!state || !this.#reader.accepts(state)) return taken;
    // The state has all that was waiting of presence in it already.
    const typing = [...taken, ...this.#waiting.splice(0)].filter(({ type }) => type === 'user-typing');
    this.#waiting = typing;
    if (typing.length > 0) this.#reader.wake();
    return [state];
  }

  close(): void {
    this.#leave();
  }
}
