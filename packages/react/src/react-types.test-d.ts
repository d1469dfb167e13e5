import type { Chat, ChatError, Connection, RoomPresence, RoomTypers, TimelineRow } from '@folkmoot/client';
import { type ReactElement, type ReactNode, createElement } from 'react';
import { expectTypeOf, test } from 'vitest';
import {
  ChatProvider,
  type ChatProviderProps,
  type ChatStats,
  type Room,
  type RoomActions,
  type StatsOptions,
  type StatsView,
  type Typing,
  useChat,
  useConnection,
  usePresence,
  useRoom,
  useStats,
  useTyping,
} from './index.ts';

declare const chat: Chat;
const Provider = ChatProvider;

test('ChatProvider: takes a chat, and children that may be left out', () => {
  expectTypeOf(ChatProvider).returns.toEqualTypeOf<ReactElement>();
  createElement(Provider, { chat });
  createElement(Provider, { chat }, 'text', createElement('p'));
  // @ts-expect-error the chat has to be given
  createElement(Provider, {});
  // @ts-expect-error a chat is made before
  createElement(Provider, { chat: { url: 'https://example.org/trpc' } });
});

test('ChatProviderProps: the chat and what is below', () => {
  expectTypeOf<ChatProviderProps['chat']>().toEqualTypeOf<Chat>();
  expectTypeOf<ReactNode>().toExtend<ChatProviderProps['children']>();
});

test('useChat: the chat itself, never null', () => {
  expectTypeOf(useChat).parameters.toEqualTypeOf<[]>();
  expectTypeOf(useChat).returns.toEqualTypeOf<Chat>();
});

test('useConnection: how the chat is connected', () => {
  expectTypeOf(useConnection).parameters.toEqualTypeOf<[]>();
  expectTypeOf(useConnection).returns.toEqualTypeOf<Connection>();
  expectTypeOf<Connection['transport']>().toEqualTypeOf<'websocket' | 'sse' | 'polling'>();
});

test('useRoom: of a room, or of the one by default', () => {
  expectTypeOf(useRoom).parameters.toEqualTypeOf<[room?: string | undefined]>();
  expectTypeOf(useRoom).returns.toEqualTypeOf<Room>();
  // @ts-expect-error a room is named by its slug
  useRoom({ room: 'main-chat' });
});

test('Room: what is shown, and what one can do', () => {
  expectTypeOf<Room['rows']>().toEqualTypeOf<readonly TimelineRow[]>();
  expectTypeOf<Room['rows'][number]['state']>().toEqualTypeOf<'sending' | 'sent' | 'failed'>();
  expectTypeOf<Room['isLoaded' | 'isLive' | 'hasOlder' | 'isLoadingOlder']>().toEqualTypeOf<boolean>();
  expectTypeOf<Room['presence']>().toEqualTypeOf<RoomPresence>();
  expectTypeOf<Room['typers']>().toEqualTypeOf<RoomTypers>();
  expectTypeOf<NonNullable<Room['problem']>['message']>().toEqualTypeOf<string>();
  expectTypeOf<Room>().toExtend<RoomActions>();
  // Closing is the business of the hooks.
  expectTypeOf<Room>().not.toHaveProperty('close');
});

test('RoomActions: with the inputs and outputs of the client', () => {
  expectTypeOf<RoomActions['send']>().toEqualTypeOf<(text: string) => string>();
  expectTypeOf<RoomActions['edit']>().toEqualTypeOf<(messageId: string, text: string) => void>();
  expectTypeOf<RoomActions['remove' | 'retry' | 'discard']>().parameters.toEqualTypeOf<[string]>();
  expectTypeOf<RoomActions['loadOlder' | 'reopen']>().toEqualTypeOf<() => void>();
  expectTypeOf<RoomActions['typed']>().toEqualTypeOf<(isEmpty: boolean) => void>();
});

test('useTyping: of a room, or of the one by default', () => {
  expectTypeOf(useTyping).parameters.toEqualTypeOf<[room?: string | undefined]>();
  expectTypeOf(useTyping).returns.toEqualTypeOf<Typing>();
});

test('Typing: who types, and what tells that one types', () => {
  expectTypeOf<Typing>().toEqualTypeOf<{ typers: RoomTypers; typed: (isEmpty: boolean) => void }>();
});

test('usePresence: of a room, or of the one by default', () => {
  expectTypeOf(usePresence).parameters.toEqualTypeOf<[room?: string | undefined]>();
  expectTypeOf(usePresence).returns.toEqualTypeOf<RoomPresence>();
});

test('useStats: with options that may be left out', () => {
  expectTypeOf(useStats).parameters.toEqualTypeOf<[options?: StatsOptions | undefined]>();
  expectTypeOf(useStats).returns.toEqualTypeOf<StatsView>();
  // @ts-expect-error days are a number
  useStats({ days: '7' });
  // @ts-expect-error there is no such option
  useStats({ weeks: 1 });
});

test('StatsOptions: what is undefined is left out', () => {
  expectTypeOf<{ room: undefined; days: undefined }>().toExtend<StatsOptions>();
});

test('StatsView: what is there, or why not', () => {
  expectTypeOf<StatsView['stats']>().toEqualTypeOf<ChatStats | null>();
  expectTypeOf<StatsView['error']>().toEqualTypeOf<ChatError | null>();
  expectTypeOf<StatsView['isLoading']>().toEqualTypeOf<boolean>();
  expectTypeOf<StatsView['refresh']>().toEqualTypeOf<() => void>();
});

test('ChatStats: as the procedure answers', () => {
  expectTypeOf<ChatStats>().toEqualTypeOf<{
    totalMessages: number;
    totalUsers: number;
    daily: { day: string; messages: number; users: number }[];
    hourly: number[];
  }>();
});
