import { type ChatLogger, silentLogger } from '../chat-logger.ts';
import type { EventBus } from './event-bus.ts';
import { HintListeners } from './hint-listeners.ts';

/** The bus of a single process: hints are delivered at once and never lost. */
export function createMemoryEventBus(logger: ChatLogger = silentLogger): EventBus {
  const listeners = new HintListeners(logger);

  return {
    publish: (hint) => listeners.deliver(hint),
    listen: (room, onHint) => listeners.listen(room, onHint),
    // Nothing lies between publisher and listener, so nothing is ever missed.
    onGap: () => () => undefined,
    isUp: () => true,
    close() {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
