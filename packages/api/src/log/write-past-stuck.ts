import type { ChatLogger } from '../chat-logger.ts';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import type { StuckWriteStore } from './stuck-write-store.ts';
import type { WriteBatch } from './write-batch-store.ts';

/** How long a batch may take before somebody else's lock is suspected. */
const suspiciousAfterMs = 2_000;

/**
 * A batch that waits is in most cases behind the lock of its room. Where the holder is a node that was cut off in the
 * middle of its own write, that write is ended, so that the others wait some two seconds, once, and not until the
 * network gives the dead connection up.
 */
export function writePastStuck(
  writeBatch: WriteBatch,
  options: { store: StuckWriteStore; clock: Clock; logger: ChatLogger },
): WriteBatch {
  const { store, clock, logger } = options;

  const endStuckWrites = (room: string): void => {
    store.endStuckWrites().then(
      (ended) => {
        if (ended > 0) logger.warn({ room, ended }, 'ended writes of nodes that are cut off in the middle of them');
      },
      (error: unknown) =>
        logger.warn({ ...describeError(error), room }, 'cannot look for writes of nodes that are cut off'),
    );
  };

  return async (room, operations) => {
    const cancel = clock.after(suspiciousAfterMs, () => endStuckWrites(room));
    try {
      return await writeBatch(room, operations);
    } finally {
      cancel();
    }
  };
}
