import type { Connection } from '@folkmoot/client';
import { useSyncExternalStore } from 'react';
import { useChat } from './use-chat.ts';

/** As the server renders it, and as the page has it before any room is shown. */
const notConnected: Connection = { name: 'idle', transport: 'websocket', attempt: 0, strikes: 0, probes: 0 };
const getNotConnected = (): Connection => notConnected;

/**
 * How the chat is connected (T2): `name` is `connected` or `probing` while it is, `idle` while no room is shown, and
 * `refused` until `chat.signedIn()`. The same object until something changes. Opens nothing.
 */
export function useConnection(): Connection {
  const { connection } = useChat();
  return useSyncExternalStore(connection.subscribe, connection.get, getNotConnected);
}
