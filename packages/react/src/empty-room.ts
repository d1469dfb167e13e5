import type { RoomSnapshot } from '@folkmoot/client';

/** A room that is not open: what a server renders, and what the page begins with. */
export const emptyRoom: RoomSnapshot = {
  rows: [],
  isLoaded: false,
  isLive: false,
  hasOlder: false,
  isLoadingOlder: false,
  presence: { count: 0, users: [], version: null },
  typers: [],
  olderProblem: null,
  problem: null,
};
