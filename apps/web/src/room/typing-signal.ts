import { limits } from '@folkmoot/contract';

export type TypingSignal = {
  /** The text of the composer has changed. */
  changed(isEmpty: boolean): void;
  /** The message is on its way, or the composer is gone. */
  stopped(): void;
};

/** Tells the room that one is typing: at most once a second, and at once when it is over (P4). */
export function createTypingSignal(options: { signal: (isTyping: boolean) => void; now: () => number }): TypingSignal {
  let isTyping = false;
  let signalledAt = Number.NEGATIVE_INFINITY;

  const stopped = (): void => {
    if (!isTyping) return;
    isTyping = false;
    signalledAt = Number.NEGATIVE_INFINITY;
    options.signal(false);
  };
  return {
    stopped,
    changed(isEmpty) {
      if (isEmpty) {
        stopped();
        return;
      }
      const now = options.now();
      if (now - signalledAt < limits.typingThrottleMs) return;
      isTyping = true;
      signalledAt = now;
      options.signal(true);
    },
  };
}
