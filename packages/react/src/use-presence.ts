import type { RoomPresence, RoomSnapshot } from '@folkmoot/client';
import { useRoomPart } from './use-room-part.ts';

const selectPresence = ({ presence }: RoomSnapshot): RoomPresence => presence;

/**
 * Who is in a room: in a full one `users` is a sample and `count` tells how many there are (P3). Renders when that
 * changes, not with every message. Shares the session of {@link useRoom}.
 *
 * @param room `main-chat` by default
 */
export function usePresence(room?: string): RoomPresence {
  return useRoomPart(room, selectPresence)[0];
}
