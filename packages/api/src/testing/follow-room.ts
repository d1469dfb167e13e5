import type { MessageStreamEvent } from '@folkmoot/contract';
import { isTrackedEnvelope } from '@trpc/server';

/** A subscription to `chat.message` that is read as fast as it comes. */
export type FollowedRoom = {
  /** All that has come, in order. */
  readonly events: MessageStreamEvent[];
  /** The id under which each of them came: what a stock client would send as `lastEventId`. */
  readonly ids: string[];
  /** The next events after those that were asked for before, once they have come. Throws when the stream ends first. */
  next(count: number): Promise<MessageStreamEvent[]>;
  /** Waits for as many events as have to come in all. Throws when the stream ends first. */
  until(total: number): Promise<MessageStreamEvent[]>;
  /** Ends the subscription, and resolves when it has ended; throws what it failed with. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** @param open gives values in process, where tRPC's types say otherwise than what they are: tracked envelopes */
export function followRoom(open: (signal: AbortSignal) => PromiseLike<AsyncIterable<unknown>>): FollowedRoom {
  const controller = new AbortController();
  const events: MessageStreamEvent[] = [];
  const ids: string[] = [];
  let taken = 0;
  let isOver = false;
  let waiting: (() => void)[] = [];

  function wake(): void {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  }

  async function read(): Promise<void> {
    try {
      for await (const value of await open(controller.signal)) {
        if (!isTrackedEnvelope<MessageStreamEvent>(value)) throw new Error('An event came untracked (R7).');
        const [id, event] = value;
        ids.push(id);
        events.push(event);
        wake();
      }
    } finally {
      isOver = true;
      wake();
    }
  }

  const reading = read();
  // Whoever closes the stream is told of it.
  reading.catch(() => undefined);

  async function until(total: number): Promise<MessageStreamEvent[]> {
    while (events.length < total) {
      if (isOver) await reading;
      if (isOver) throw new Error(`The stream ended after ${events.length} of ${total} events.`);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    return events.slice(0, total);
  }

  async function close(): Promise<void> {
    controller.abort();
    await reading;
  }

  return {
    events,
    ids,
    until,
    async next(count) {
      const from = taken;
      taken += count;
      return (await until(from + count)).slice(from);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
