import { createChatClient } from '@folkmoot/client';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { browserClock } from '../browser-clock.ts';
import { type ChatRoom, type ChatRoomState, createChatRoom } from '../room/chat-room.ts';
import type { SessionStore } from '../session/session-store.ts';
import type { ChatEndpoint } from './chat-endpoint.ts';

/** The room for as long as the component is there; null before the first effect has run. */
export function useChatRoom(endpoint: ChatEndpoint, session: SessionStore): ChatRoom | null {
  const [room, setRoom] = useState<ChatRoom | null>(null);
  useEffect(() => {
    const client = createChatClient({
      ...endpoint,
      getToken: () => session.get().token,
      onTokenRejected: () => session.set({ ...session.get(), token: null }),
    });
    const opened = createChatRoom({ client, clock: browserClock });
    // Opened and closed with the effect: StrictMode's second run has a room of its own, and one connection is left.
    // oxlint-disable-next-line react/set-state-in-effect
    setRoom(opened);
    return () => {
      opened.close();
      client.close().catch(() => undefined);
    };
  }, [endpoint, session]);
  return room;
}

export function useChatRoomState(room: ChatRoom): ChatRoomState {
  return useSyncExternalStore(room.subscribe, room.get);
}
