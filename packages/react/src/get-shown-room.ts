import type { Chat, ClientClock } from '@folkmoot/client';
import { type ShownRoom, createShownRoom } from './shown-room.ts';

/**
 * By the chat and not by the provider: React may make a component's state twice or throw it away, and a page may have
 * several roots.
 */
const roomsOfChats = new WeakMap<Chat, Map<string, ShownRoom>>();

const after: ClientClock['after'] = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The same for the same chat and room. Safe while rendering: it opens nothing. */
export function getShownRoom(chat: Chat, room: string): ShownRoom {
  const rooms = roomsOfChats.get(chat) ?? new Map<string, ShownRoom>();
  roomsOfChats.set(chat, rooms);
  // It stays when its session is closed: a hidden component that comes back has to find the one that others use.
  const shown = rooms.get(room) ?? createShownRoom({ openSession: () => chat.openRoom(room), after });
  rooms.set(room, shown);
  return shown;
}
