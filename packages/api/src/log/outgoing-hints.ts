import type { BusHint } from './bus-hint.ts';

/** Typing lines that may wait while the medium is slow; what is older has expired for those who watch. */
const maxWaiting = 200;

/**
 * Hints that wait for the medium. Of a room's log only the newest head waits, and of its presence one word, so that a
 * slow medium makes them rarer and not later (R10).
 */
export class OutgoingHints {
  readonly #byRoom = new Map<string, BusHint>();
  #typing: BusHint[] = [];

  get isEmpty(): boolean {
    return this.#byRoom.size === 0 && this.#typing.length === 0;
  }

  add(hint: BusHint): void {
    if (hint.kind === 'typing') {
      this.#typing.push(hint);
      if (this.#typing.length > maxWaiting) this.#typing.shift();
      return;
    }
    const key = `${hint.kind} ${hint.room}`;
    const waiting = this.#byRoom.get(key);
    this.#byRoom.set(key, waiting ? merge(waiting, hint) : hint);
  }

  takeAll(): BusHint[] {
    const taken = [...this.#byRoom.values(), ...this.#typing];
    this.#byRoom.clear();
    this.#typing = [];
    return taken;
  }
}

/** Events follow each other only where nothing lies between them; else who hears of the head reads the log. */
function merge(waiting: BusHint, hint: BusHint): BusHint {
  if (waiting.kind !== 'log' || hint.kind !== 'log' || waiting.epoch !== hint.epoch) return hint;
  const newest = waiting.head > hint.head ? waiting : hint;
  const older = newest === hint ? waiting : hint;
  const isContiguous = older.events && newest.events?.[0]?.seq === older.head + 1;
  return { ...newest, events: isContiguous ? [...(older.events ?? []), ...(newest.events ?? [])] : newest.events };
}
