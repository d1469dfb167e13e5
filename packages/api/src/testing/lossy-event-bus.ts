import type { BusHint } from '../log/bus-hint.ts';
import type { EventBus } from '../log/event-bus.ts';

export type LossyEventBus = EventBus & {
  /** Delivers, in a random order, what was held back. */
  flush(): void;
};

/**
 * A bus that does to hints all that the port allows: loses them, doubles them, holds them back and lets them overtake
 * each other (R10). With `loss` 1 none arrives.
 */
export function createLossyEventBus(bus: EventBus, options: { loss: number; random: () => number }): LossyEventBus {
  const { loss, random } = options;
  let held: BusHint[] = [];

  return {
    publish(hint) {
      if (random() < loss) return;
      for (let copies = random() < 0.3 ? 2 : 1; copies > 0; copies--) {
        if (random() < 0.5) held.push(hint);
        else bus.publish(hint);
      }
    },
    listen: (room, onHint) => bus.listen(room, onHint),
    onGap: (handler) => bus.onGap(handler),
    flush() {
      const late = held;
      held = [];
      while (late.length > 0) {
        const [hint] = late.splice(Math.floor(random() * late.length), 1);
        if (hint) bus.publish(hint);
      }
    },
    isUp: () => bus.isUp(),
    close: () => bus.close(),
  };
}
