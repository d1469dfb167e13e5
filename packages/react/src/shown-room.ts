import type { ClientClock, RoomSession, RoomSnapshot } from '@folkmoot/client';
import { emptyRoom } from './empty-room.ts';
import type { RoomActions } from './room-actions.ts';

/**
 * How long a room stays open that nothing shows: long enough for StrictMode and for a change of route, where the next
 * page takes a moment to come.
 */
export const lingerMs = 1_000;

export type ShownRoom = {
  /** The empty room while it is not open. */
  getSnapshot(): RoomSnapshot;
  /** Opens the room for the first listener. */
  subscribe(listener: () => void): () => void;
  actions: RoomActions;
};

export type ShownRoomOptions = { openSession: () => RoomSession; after: ClientClock['after'] };

/**
 * One session for everything that shows a room. It is opened by the first subscription, never by rendering, and closed a
 * moment after the last one has ended; but not before the server has answered what was sent, which would be lost
 * where the chat has no storage.
 */
export function createShownRoom({ openSession, after }: ShownRoomOptions): ShownRoom {
  const listeners = new Set<() => void>();
  let session: RoomSession | null = null;
  let cancelClosing: (() => void) | null = null;

  const stay = (): void => {
    cancelClosing?.();
    cancelClosing = null;
  };
  const isInUse = (): boolean => listeners.size > 0 || (session !== null && isSending(session.getSnapshot()));
  const closeUnlessUsed = (): void => {
    if (isInUse() || cancelClosing !== null) return;
    cancelClosing = after(lingerMs, () => {
      cancelClosing = null;
      if (isInUse()) return;
      session?.close();
      session = null;
    });
  };
  const open = (): RoomSession => {
    if (session !== null) return session;
    session = openSession();
    session.subscribe(() => {
      for (const listener of listeners) listener();
      closeUnlessUsed();
    });
    return session;
  };
  /** A change is made also when nothing shows the room: a deletion that waits for a while to be undone, for example. */
  const change = <T>(make: (session: RoomSession) => T): T => {
    const made = make(open());
    closeUnlessUsed();
    return made;
  };

  return {
    getSnapshot: () => session?.getSnapshot() ?? emptyRoom,
    subscribe(listener) {
      const user = (): void => listener();
      listeners.add(user);
      stay();
      open();
      return () => {
        listeners.delete(user);
        closeUnlessUsed();
      };
    },
    actions: {
      send: (text) => change((session) => session.send(text)),
      edit: (messageId, text) => change((session) => session.edit(messageId, text)),
      remove: (messageId) => change((session) => session.remove(messageId)),
      retry: (entryId) => change((session) => session.retry(entryId)),
      discard: (entryId) => change((session) => session.discard(entryId)),
      loadOlder: () => session?.loadOlder(),
      reopen: () => session?.reopen(),
      typed: (isEmpty) => session?.typed(isEmpty),
    },
  };
}

function isSending({ rows }: RoomSnapshot): boolean {
  return rows.some(({ state }) => state === 'sending');
}
