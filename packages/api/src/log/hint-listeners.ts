import type { ChatLogger } from '../chat-logger.ts';
import { describeError } from '../errors/describe-error.ts';
import type { BusHint } from './bus-hint.ts';

type OnHint = (hint: BusHint) => void;

/** Who listens on this node, by room: what every maker of an event bus delivers to. */
export class HintListeners {
  readonly #logger: ChatLogger;
  readonly #byRoom = new Map<string, Set<OnHint>>();
  readonly #onGap = new Set<() => void>();

  constructor(logger: ChatLogger) {
    this.#logger = logger;
  }

  get rooms(): string[] {
    return [...this.#byRoom.keys()];
  }

  has(room: string): boolean {
    return this.#byRoom.has(room);
  }

  /** A listener that throws keeps the hint from nobody else. */
  deliver(hint: BusHint): void {
    for (const onHint of [...(this.#byRoom.get(hint.room) ?? [])]) this.#call(() => onHint(hint), hint.room);
  }

  listen(room: string, onHint: OnHint): () => void {
    const ofRoom = this.#byRoom.get(room) ?? new Set();
    this.#byRoom.set(room, ofRoom);
    // One entry a call, also where the same function listens twice.
    const entry: OnHint = (hint) => {
      onHint(hint);
    };
    ofRoom.add(entry);
    return () => {
      ofRoom.delete(entry);
      if (ofRoom.size === 0 && this.#byRoom.get(room) === ofRoom) this.#byRoom.delete(room);
    };
  }

  tellGap(): void {
    for (const handler of [...this.#onGap]) this.#call(handler);
  }

  onGap(handler: () => void): () => void {
    const entry = (): void => {
      handler();
    };
    this.#onGap.add(entry);
    return () => {
      this.#onGap.delete(entry);
    };
  }

  clear(): void {
    this.#byRoom.clear();
    this.#onGap.clear();
  }

  #call(listener: () => void, room?: string): void {
    try {
      listener();
    } catch (error) {
      const where = room === undefined ? {} : { room };
      this.#logger.error({ ...describeError(error), ...where }, 'a listener of the event bus failed');
    }
  }
}
