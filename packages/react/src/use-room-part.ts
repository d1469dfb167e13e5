import { type RoomSnapshot, defaultRoom } from '@folkmoot/client';
import { useSyncExternalStore } from 'react';
import { emptyRoom } from './empty-room.ts';
import { getSharedRoom } from './get-shared-room.ts';
import type { RoomActions } from './room-actions.ts';
import { useChat } from './use-chat.ts';

/**
 * Shows a room, and renders only when the selected part becomes another object.
 *
 * @param select finds a part of the snapshot; it must not make one
 */
export function useRoomPart<T>(room: string | undefined, select: (snapshot: RoomSnapshot) => T): [T, RoomActions] {
  const shared = getSharedRoom(useChat(), room ?? defaultRoom);
  const part = useSyncExternalStore(
    shared.subscribe,
    () => select(shared.getSnapshot()),
    () => select(emptyRoom),
  );
  return [part, shared.actions];
}
