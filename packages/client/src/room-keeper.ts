import type { ClientClock } from './client-clock.ts';
import { type RoomTimeline, shownMessages } from './room-timeline.ts';
import type { RoomStorage } from './room-storage.ts';

/** A busy room is written so often at most. */
const saveDelayMs = 1_000;

export type RoomKeeperOptions = {
  storage: RoomStorage;
  clock: ClientClock;
  timeline: () => RoomTimeline;
  position: () => string | null;
};

export type RoomKeeper = {
  /** There is something to keep, in a moment. */
  changed(): void;
  /** Keeps at once what has not been kept yet. */
  flush(): void;
  /** What was kept is of another log, or not for one's eyes any more. */
  forget(): void;
};

/** Keeps a room with its position while it is whole: a room that is read anew is not. */
export function createRoomKeeper({ storage, clock, ...room }: RoomKeeperOptions): RoomKeeper {
  let cancelSave: (() => void) | undefined;
  const save = (): void => {
    cancelSave = undefined;
    const [timeline, position] = [room.timeline(), room.position()];
    if (timeline.renewal !== null || position === null) return;
    const hasOlder = timeline.older !== null;
    storage.save({ position, messages: shownMessages(timeline), hasOlder, keptAt: clock.now() });
  };
  return {
    changed() {
      cancelSave ??= clock.after(saveDelayMs, save);
    },
    flush() {
      if (!cancelSave) return;
      cancelSave();
      save();
    },
    forget() {
      cancelSave?.();
      cancelSave = undefined;
      storage.remove();
    },
  };
}
