import { canRepeat, reconnectDelayMs, toChatError } from '@folkmoot/client';
import type { Clock } from '../browser-clock.ts';

/** Waits, or rejects as soon as the signal is aborted. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(new DOMException('No longer wanted.', 'AbortError'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Makes a call again and again, with growing delays (T6), until the server has given an answer that stays. Only for
 * calls that may be made twice: queries, edits, deletes, and sends with a `clientMessageId` (S2).
 */
export async function repeat<Answer>(call: () => Promise<Answer>, clock: Clock, signal: AbortSignal): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (signal.aborted || !canRepeat(error)) throw error;
      const retryAfterMs = toChatError(error)?.retryAfterMs ?? 0;
      await wait(clock, Math.max(retryAfterMs, reconnectDelayMs(attempt, clock.random())), signal);
    }
  }
}
