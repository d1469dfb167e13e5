import type { Clock } from '../clock.ts';

const beatEveryMs = 4_000;
/** A silent connection is noticed within this and one beat: 14 s. */
const silentAfterMs = 10_000;

export type BusHeartbeat = {
  /** A beat of this node has come back: publishing and listening both work. */
  heard(): void;
  /** Whether one has come back lately. */
  isUp(): boolean;
  close(): void;
};

/**
 * Notices a listening connection that is open and dead, which says nothing by itself: what this node publishes must
 * come back to it.
 *
 * @param beat publishes a sign of life to this node itself
 * @param onSilence called when none has come back for 10 s, and again after each 10 s more
 */
export function createBusHeartbeat(options: { clock: Clock; beat: () => void; onSilence: () => void }): BusHeartbeat {
  const { clock, beat, onSilence } = options;
  let isUp = false;
  let silentSince = clock.now();
  let cancel = clock.after(0, next);

  function next(): void {
    if (clock.now() - silentSince >= silentAfterMs) {
      isUp = false;
      silentSince = clock.now();
      onSilence();
    }
    cancel = clock.after(beatEveryMs, next);
    beat();
  }

  return {
    heard() {
      isUp = true;
      silentSince = clock.now();
    },
    isUp: () => isUp,
    close: () => cancel(),
  };
}
