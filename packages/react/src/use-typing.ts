import type { RoomSnapshot, RoomTypers } from '@folkmoot/client';
import { useMemo } from 'react';
import type { RoomActions } from './room-actions.ts';
import { useRoomPart } from './use-room-part.ts';

/** Who types, and how to say that one does. */
export type Typing = {
  /** The others who are typing now. */
  typers: RoomTypers;
  /** Call it whenever the text being written has changed: the room is told at most once a second (P4). */
  typed: RoomActions['typed'];
};

const selectTypers = ({ typers }: RoomSnapshot): RoomTypers => typers;

/**
 * Who types in a room, until they send, stop, or are not heard of any more (P4). Renders when that changes, not with
 * every message. Shares the session of {@link useRoom}.
 *
 * @param room `main-chat` by default
 */
export function useTyping(room?: string): Typing {
  const [typers, { typed }] = useRoomPart(room, selectTypers);
  return useMemo(() => ({ typers, typed }), [typers, typed]);
}
