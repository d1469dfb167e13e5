import type { BusHint, LogHint } from './bus-hint.ts';

/** Typing lines that may wait while the medium is slow; what is older has expired for those who watch. */
const maxWaiting = 200;

/**
 * Hints that wait for the medium. Of a room's log only the newest head waits, without its events, and of its presence
 * one word, so that a slow medium makes them rarer and not later, and costs no memory (R10).
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
    this.#byRoom.set(key, hint.kind === 'log' ? newerHead(this.#byRoom.get(key), hint) : hint);
  }

  takeAll(): BusHint[] {
    const taken = [...this.#byRoom.values(), ...this.#typing];
    this.#byRoom.clear();
    this.#typing = [];
    return taken;
  }
}

function newerHead(waiting: BusHint | undefined, { kind, room, epoch, head }: LogHint): BusHint {
  const isOlder = waiting?.kind === 'log' && waiting.epoch === epoch && waiting.head > head;
  return isOlder ? waiting : { kind, room, epoch, head };
}
