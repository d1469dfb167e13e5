import type { Chat } from '@folkmoot/client';
import { useContext } from 'react';
import { ChatContext } from './chat-context.ts';

/**
 * The chat of the nearest {@link ChatProvider}: for `signedIn()`, and for every procedure through `trpc`.
 *
 * @throws Error when there is no provider above
 */
export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (chat === null) throw new Error('Cannot use the chat: there is no <ChatProvider> above this component.');
  return chat;
}
