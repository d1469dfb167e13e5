import { limits, type PresenceEvent, type PresenceVersion, type User } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';

/** Over this many people, or changes a second, single joins and leaves give way to a state a second (P3). */
const maxNamedPeople = limits.presenceSampleSize;
const maxNamedChangesPerSecond = 10;
const stateIntervalMs = 1_000;

export type RoomPresenceOptions = {
  /** This node and start of the node: versions of another source do not compare (P3). */
  source: string;
  clock: Clock;
  publish: (event: PresenceEvent) => void;
};

type Person = {
  user: User;
  streams: number;
  /** Until when a call of `chat.events` counts as being here. */
  pollingUntil: number;
  /** Cancels the timer that ends the presence. */
  cancelLeave: (() => void) | undefined;
};

/** Who is in one room: whoever has a stream open or polls, and for a grace of 10 s afterwards (P1). */
export class RoomPresence {
  readonly #options: RoomPresenceOptions;
  readonly #people = new Map<string, Person>();
  #n = 0;
  #recentChanges: number[] = [];
  /** Cancels the state that is due. */
  #cancelState: (() => void) | undefined;
  #lastStateAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoomPresenceOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#people.size;
  }

  list(): { count: number; users: User[] } {
    const users: User[] = [];
    for (const { user } of this.#people.values()) {
      if (users.length === limits.presenceSampleSize) break;
      users.push(user);
    }
    return { count: this.#people.size, users };
  }

  state(): PresenceEvent {
    return { type: 'presence-state', ...this.list(), version: this.#version() };
  }

  /** Someone opened a stream; the returned function says that it has closed. */
  enter(user: User): () => void {
    const person = this.#join(user);
    person.streams++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      person.streams--;
      this.#leaveLater(user.id, person);
    };
  }

  /** Someone called `chat.events`. */
  poll(user: User): void {
    const person = this.#join(user);
    person.pollingUntil = this.#options.clock.now() + limits.pollingPresenceMs;
    this.#leaveLater(user.id, person);
  }

  close(): void {
    for (const person of this.#people.values()) person.cancelLeave?.();
    this.#people.clear();
    this.#cancelState?.();
    this.#cancelState = undefined;
  }

  #join(user: User): Person {
    const known = this.#people.get(user.id);
    if (known) {
      known.user = user;
      known.cancelLeave?.();
      known.cancelLeave = undefined;
      return known;
    }
    const person: Person = { user, streams: 0, pollingUntil: 0, cancelLeave: undefined };
    this.#people.set(user.id, person);
    this.#announce('user-joined', user);
    return person;
  }

  #leaveLater(userId: string, person: Person): void {
    person.cancelLeave?.();
    person.cancelLeave = undefined;
    // Streams end after presence is closed; nobody has to be told any more.
    if (person.streams > 0 || this.#people.get(userId) !== person) return;
    const pollingMs = Math.max(0, person.pollingUntil - this.#options.clock.now());
    person.cancelLeave = this.#options.clock.after(pollingMs + limits.presenceGraceMs, () => {
      this.#people.delete(userId);
      this.#announce('user-left', person.user);
    });
  }

  #announce(type: 'user-joined' | 'user-left', user: User): void {
    this.#n++;
    const now = this.#options.clock.now();
    this.#recentChanges = this.#recentChanges
      .filter((at) => at > now - stateIntervalMs)
      .slice(-maxNamedChangesPerSecond);
    this.#recentChanges.push(now);
    const isTooMuch = this.#people.size > maxNamedPeople || this.#recentChanges.length > maxNamedChangesPerSecond;
    if (this.#cancelState || isTooMuch) {
      this.#publishStateSoon(now);
      return;
    }
    this.#options.publish({ type, user, count: this.#people.size, version: this.#version() });
  }

  #publishStateSoon(now: number): void {
    this.#cancelState ??= this.#options.clock.after(Math.max(0, this.#lastStateAt + stateIntervalMs - now), () => {
      this.#cancelState = undefined;
      this.#lastStateAt = this.#options.clock.now();
      this.#options.publish(this.state());
    });
  }

  #version(): PresenceVersion {
    return { source: this.#options.source, n: this.#n };
  }
}
