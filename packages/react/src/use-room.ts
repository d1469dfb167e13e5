import type { RoomSnapshot } from '@folkmoot/client';
import { useMemo } from 'react';
import type { RoomActions } from './room-actions.ts';
import { useRoomPart } from './use-room-part.ts';

/** A room as it is now, and what one can do in it. */
export type Room = RoomSnapshot & RoomActions;

const selectAll = (snapshot: RoomSnapshot): RoomSnapshot => snapshot;

/**
 * Keeps a room open and complete for as long as the component is mounted (R3, S2). All hooks of one room share one
 * session and one connection; it stays open for a second after the last has gone. The result is the same object until
 * something changes, and so is each of its `rows`: compare rows by identity and key elements by `row.key`.
 *
 * On a server, and while the page takes over its markup, the room is empty and not loaded, and nothing is opened.
 *
 * @param room `main-chat` by default; another one is shown from the next render on
 *
 * @example
 * const { rows, send, hasOlder, loadOlder } = useRoom();
 */
export function useRoom(room?: string): Room {
  const [snapshot, actions] = useRoomPart(room, selectAll);
  return useMemo(() => ({ ...snapshot, ...actions }), [snapshot, actions]);
}
