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
  /** Somebody has come to the room through this node, or is gone from it. */
  onChange?: (userId: string, isHere: boolean) => void;
};

type Person = {
  user: User;
  streams: number;
  /** Until when a call of `chat.events` counts as being here. */
  pollingUntil: number;
  /** Cancels the timer that ends the presence. */
  cancelLeave: (() => void) | undefined;
  /** Whether `onChange` knows that they are here. */
  isTold: boolean;
};

/**
 * Who is in one room: whoever has a stream open or polls, and for a grace of 10 s afterwards (P1), through this node or,
 * as far as it knows, through others (P2).
 */
export class RoomPresence {
  readonly #options: RoomPresenceOptions;
  /** Through this node. */
  readonly #people = new Map<string, Person>();
  /** Through others: all of them, or a sample where they are many. */
  #others = new Map<string, User>();
  /** Those through others who are not among the people of this node, where `#others` is but a sample. */
  #othersBeyondSample: number | undefined;
  #n = 0;
  #recentChanges: number[] = [];
  /** Cancels the state that is due. */
  #cancelState: (() => void) | undefined;
  #lastStateAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoomPresenceOptions) {
    this.#options = options;
  }

  get size(): number {
    if (this.#othersBeyondSample !== undefined) return this.#people.size + this.#othersBeyondSample;
    let size = this.#people.size;
    for (const userId of this.#others.keys()) if (!this.#people.has(userId)) size++;
    return size;
  }

  /** Tells `onChange` anew who is here through this node; of those about to leave when they turn out to stay. */
  tellAnew(): void {
    for (const person of this.#people.values()) {
      person.isTold = false;
      if (!person.cancelLeave) this.#tell(person);
    }
  }

  list(): { count: number; users: User[] } {
    const users: User[] = [];
    for (const { user } of this.#people.values()) {
      if (users.length === limits.presenceSampleSize) break;
      users.push(user);
    }
    for (const user of this.#others.values()) {
      if (users.length === limits.presenceSampleSize) break;
      if (!this.#people.has(user.id)) users.push(user);
    }
    return { count: this.size, users };
  }

  /** Who is here through other nodes. `beyondSample` is said where the users are not all of them. */
  setOthers(users: readonly User[], beyondSample?: number): void {
    const before = this.#others;
    const sizeBefore = this.size;
    const isOfCrowd = beyondSample !== undefined || this.#othersBeyondSample !== undefined;
    this.#others = new Map(users.map((user) => [user.id, user]));
    this.#othersBeyondSample = beyondSample;
    if (isOfCrowd) {
      // Who of a crowd came and went is not known one by one; nobody would be told either (P3).
      if (this.size !== sizeBefore) this.#countChange(maxNamedChangesPerSecond + 1);
      return;
    }
    for (const user of users) {
      if (!before.has(user.id) && !this.#people.has(user.id)) this.#announce('user-joined', user);
    }
    for (const user of before.values()) {
      if (!this.#others.has(user.id) && !this.#people.has(user.id)) this.#announce('user-left', user);
    }
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
      this.#tell(known);
      return known;
    }
    const person: Person = { user, streams: 0, pollingUntil: 0, cancelLeave: undefined, isTold: false };
    this.#people.set(user.id, person);
    if (!this.#others.has(user.id)) this.#announce('user-joined', user);
    this.#tell(person);
    return person;
  }

  #tell(person: Person): void {
    if (person.isTold) return;
    person.isTold = true;
    this.#options.onChange?.(person.user.id, true);
  }

  #leaveLater(userId: string, person: Person): void {
    person.cancelLeave?.();
    person.cancelLeave = undefined;
    // Streams end after presence is closed; nobody has to be told any more.
    if (person.streams > 0 || this.#people.get(userId) !== person) return;
    const pollingMs = Math.max(0, person.pollingUntil - this.#options.clock.now());
    person.cancelLeave = this.#options.clock.after(pollingMs + limits.presenceGraceMs, () => {
      this.#people.delete(userId);
      if (!this.#others.has(userId)) this.#announce('user-left', person.user);
      this.#options.onChange?.(userId, false);
    });
  }

  #announce(type: 'user-joined' | 'user-left', user: User): void {
    if (this.#countChange(1)) this.#options.publish({ type, user, count: this.size, version: this.#version() });
  }

  /** Whether changes may be told one by one; a state is due where not. */
  #countChange(changes: number): boolean {
    this.#n++;
    const now = this.#options.clock.now();
    this.#recentChanges = this.#recentChanges
      .filter((at) => at > now - stateIntervalMs)
      .slice(-maxNamedChangesPerSecond);
    for (let change = 0; change < changes; change++) this.#recentChanges.push(now);
    const isTooMuch = this.size > maxNamedPeople || this.#recentChanges.length > maxNamedChangesPerSecond;
    if (!this.#cancelState && !isTooMuch) return true;
    this.#publishStateSoon(now);
    return false;
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
