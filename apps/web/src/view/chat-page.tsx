import type { SessionStore } from '../session/session-store.ts';
import type { ChatEndpoint } from './chat-endpoint.ts';
import { RoomView } from './room-view.tsx';
import { useChatRoom } from './use-chat-room.ts';

export function ChatPage({ endpoint, session }: { endpoint: ChatEndpoint; session: SessionStore }) {
  const room = useChatRoom(endpoint, session);
  const signOut = (): void => session.set({ ...session.get(), token: null });
  return room && <RoomView room={room} onSignOut={signOut} />;
}
