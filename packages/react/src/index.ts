'use client';

export { ChatProvider, type ChatProviderProps } from './chat-provider.tsx';
export type { RoomActions } from './room-actions.ts';
export { useChat } from './use-chat.ts';
export { useConnection } from './use-connection.ts';
export { usePresence } from './use-presence.ts';
export { type Room, useRoom } from './use-room.ts';
export { type ChatStats, type StatsOptions, type StatsView, useStats } from './use-stats.ts';
export { type Typing, useTyping } from './use-typing.ts';
