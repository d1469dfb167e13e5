import type { Chat } from '@folkmoot/client';
import { createContext } from 'react';

/** Null outside of every provider. */
export const ChatContext = createContext<Chat | null>(null);
