import type { HistoryPage, Message } from '@folkmoot/contract';
import { reconnectDelayMs } from './backoff.ts';
import { ChatError } from './chat-error.ts';
import type { ClientClock } from './client-clock.ts';
import type { OutboxEntry } from './outbox.ts';
import type { HistoryPlace } from './room-timeline.ts';

/** The calls of a room, over whatever is open. */
export type RoomCalls = {
  /** A page of history; null for the newest. */
  readHistory: (room: string, place: HistoryPlace | null, signal: AbortSignal) => Promise<HistoryPage>;
  deliver: (room: string, entry: OutboxEntry, signal: AbortSignal) => Promise<Message>;
  setTyping: (room: string, isTyping: boolean) => Promise<unknown>;
};

export type HistoryReaderOptions = {
  room: string;
  calls: RoomCalls;
  clock: ClientClock;
  onTokenExpired: () => void;
};

/** Reads a page; rejects for a refusal that stays (S7), and when the signal is aborted. */
export type HistoryReader = (place: HistoryPlace | null, signal: AbortSignal) => Promise<HistoryPage>;

/** Asks for a page again, with growing delays (T6), until there is an answer that stays. */
export function createHistoryReader({ room, calls, clock, onTokenExpired }: HistoryReaderOptions): HistoryReader {
  return async (place, signal) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await calls.readHistory(room, place, signal);
      } catch (error) {
        signal.throwIfAborted();
        const { code, retryable, retryAfterMs } = ChatError.from(error);
        // Every call brings the token of its time, so a later one passes once there is a fresh one.
        if (code === 'TOKEN_EXPIRED') onTokenExpired();
        else if (retryable === 'no') throw error;
        await wait(Math.max(retryAfterMs, reconnectDelayMs(attempt, clock.random())), { clock, signal });
      }
    }
  };
}

function wait(ms: number, { clock, signal }: { clock: ClientClock; signal: AbortSignal }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(new DOMException('No longer wanted.', 'AbortError'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
