import { type RoomSnapshot, defaultRoom } from '@folkmoot/client';
import { useSyncExternalStore } from 'react';
import { emptyRoom } from './empty-room.ts';
import { getShownRoom } from './get-shown-room.ts';
import type { RoomActions } from './room-actions.ts';
import { useChat } from './use-chat.ts';

/**
 * Shows a room, and renders only when the selected part becomes another object.
 *
 * @param select finds a part of the snapshot; it must not make one
 */
export function useRoomPart<T>(room: string | undefined, select: (snapshot: RoomSnapshot) => T): [T, RoomActions] {
  const shown = getShownRoom(useChat(), room ?? defaultRoom);
  const part = useSyncExternalStore(
    shown.subscribe,
    () => select(shown.getSnapshot()),
    () => select(emptyRoom),
  );
  return [part, shown.actions];
}
