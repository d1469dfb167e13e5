import { limits } from '@folkmoot/contract';

export type TypingThrottle = {
  /** The text being written has changed. */
  changed(isEmpty: boolean): void;
  /** The message is on its way, or the room is closed. */
  stopped(): void;
};

/** Tells the room that one is typing: at most once a second, and at once when it is over (P4). */
export function createTypingThrottle(options: {
  signal: (isTyping: boolean) => void;
  now: () => number;
}): TypingThrottle {
  let signalledAt: number | null = null;

  const stopped = (): void => {
    if (signalledAt === null) return;
    signalledAt = null;
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
      if (signalledAt !== null && now - signalledAt < limits.typingThrottleMs) return;
      signalledAt = now;
      options.signal(true);
    },
  };
}
