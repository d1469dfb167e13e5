import type { Chat, ClientClock } from '@folkmoot/client';
import { type RoomStore, createRoomStore } from './room-store.ts';

/**
 * By the chat and not by the provider: React may make a component's state twice or throw it away, and a page may have
 * several roots.
 */
const roomsOfChats = new WeakMap<Chat, Map<string, RoomStore>>();

const after: ClientClock['after'] = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The same for the same chat and room. Safe while rendering: it opens nothing. */
export function getRoomStore(chat: Chat, room: string): RoomStore {
  const rooms = roomsOfChats.get(chat) ?? new Map<string, RoomStore>();
  roomsOfChats.set(chat, rooms);
  // It stays when its session is closed: a hidden component that comes back has to find the one that others use.
  const store = rooms.get(room) ?? createRoomStore({ openSession: () => chat.openRoom(room), after });
  rooms.set(room, store);
  return store;
}
