import { limits } from '@folkmoot/contract';
import type { ClientClock } from './client-clock.ts';

export type TypingThrottle = {
  /** The text being written has changed. */
  changed(isEmpty: boolean): void;
  /** The message is on its way, or the room is closed. */
  stopped(): void;
};

/** Tells the room that one is typing: at most once a second, and at once when it is over (P4). */
export function createTypingThrottle(options: {
  signal: (isTyping: boolean) => void;
  after: ClientClock['after'];
}): TypingThrottle {
  let hasSignalled = false;
  /** While the last signal holds the next one back. */
  let endPause: (() => void) | undefined;

  const stopped = (): void => {
    endPause?.();
    endPause = undefined;
    if (!hasSignalled) return;
    hasSignalled = false;
    options.signal(false);
  };
  return {
    stopped,
    changed(isEmpty) {
      if (isEmpty) {
        stopped();
        return;
      }
      if (endPause) return;
      hasSignalled = true;
      endPause = options.after(limits.typingThrottleMs, () => (endPause = undefined));
      options.signal(true);
    },
  };
}
