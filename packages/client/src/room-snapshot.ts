import type { ChatFailure } from './chat-failure.ts';
import type { RoomPresence, RoomTypers } from './room-presence-view.ts';
import type { TimelineRow } from './row-projection.ts';

/** A room as one person sees it. The same object until something changes, and in it what did not change. */
export type RoomSnapshot = {
  /** The room's messages by seq, then what is on its way. */
  rows: readonly TimelineRow[];
  /** False until the first page is there. */
  isLoaded: boolean;
  /**
   * Whether the room is followed: false while connecting and while the history is read anew, true while what was missed
   * comes in.
   */
  isLive: boolean;
  /** Whether {@link RoomSession.loadOlder} has something to load. */
  hasOlder: boolean;
  isLoadingOlder: boolean;
  /** Why the last {@link RoomSession.loadOlder} brought nothing; the next one asks again. The room is followed all the same. */
  olderProblem: ChatFailure | null;
  presence: RoomPresence;
  typers: RoomTypers;
  /** Why the room cannot be followed any more, until {@link RoomSession.reopen}; null while it can. */
  problem: ChatFailure | null;
};

/** Whether a listener has nothing to look at. */
export function isSameSnapshot(a: RoomSnapshot, b: RoomSnapshot): boolean {
  return (
    a.rows === b.rows &&
    a.isLoaded === b.isLoaded &&
    a.isLive === b.isLive &&
    a.hasOlder === b.hasOlder &&
    a.isLoadingOlder === b.isLoadingOlder &&
    a.olderProblem === b.olderProblem &&
    a.presence === b.presence &&
    a.typers === b.typers &&
    a.problem === b.problem
  );
}
