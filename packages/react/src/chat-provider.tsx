import type { Chat } from '@folkmoot/client';
import type { ReactElement, ReactNode } from 'react';
import { ChatContext } from './chat-context.ts';

/** What {@link ChatProvider} gives to the hooks below it. */
export type ChatProviderProps = {
  /**
   * Made by `createChat` outside of rendering, and closed by whoever made it: components may be mounted twice, a chat
   * is one person's. Another user is another chat; the hooks below move over to it.
   */
  chat: Chat;
  children?: ReactNode;
};

/**
 * Gives the hooks below it their chat. It opens nothing: the connection is there while a hook shows a room.
 *
 * @example
 * const chat = createChat({ url: 'https://example.org/trpc', ownUser, getToken });
 * createRoot(element).render(<ChatProvider chat={chat}><App /></ChatProvider>);
 */
export function ChatProvider({ chat, children }: ChatProviderProps): ReactElement {
  return <ChatContext.Provider value={chat}>{children}</ChatContext.Provider>;
}
