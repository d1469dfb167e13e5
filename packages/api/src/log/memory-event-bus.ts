import { type ChatLogger, silentLogger } from '../chat-logger.ts';
import { describeError } from '../errors/describe-error.ts';
import type { EventBus, LogHint } from './event-bus.ts';

/** The bus of a single process: hints are delivered at once and never lost. */
export function createMemoryEventBus(logger: ChatLogger = silentLogger): EventBus {
  const listeners = new Map<string, Set<(hint: LogHint) => void>>();

  return {
    publish(hint) {
      for (const onHint of [...(listeners.get(hint.room) ?? [])]) {
        try {
          onHint(hint);
        } catch (error) {
          logger.error({ ...describeError(error), room: hint.room }, 'a listener of the event bus failed');
        }
      }
    },
    listen(room, onHint) {
      const ofRoom = listeners.get(room) ?? new Set();
      listeners.set(room, ofRoom);
      // One entry a call, also where the same function listens twice.
      const entry = (hint: LogHint): void => {
        onHint(hint);
      };
      ofRoom.add(entry);
      return () => {
        ofRoom.delete(entry);
        if (ofRoom.size === 0 && listeners.get(room) === ofRoom) listeners.delete(room);
      };
    },
    // Nothing lies between publisher and listener, so nothing is ever missed.
    onGap: () => () => undefined,
    close() {
      listeners.clear();
      return Promise.resolve();
    },
  };
}
