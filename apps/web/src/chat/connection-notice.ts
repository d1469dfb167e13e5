import type { Connection, RoomSnapshot } from '@folkmoot/client';
import { texts } from '../texts.ts';

export type ConnectionNotice = {
  text: string;
  tone: 'waiting' | 'info' | 'problem';
  /** Nothing will change by itself. */
  canRetry: boolean;
};

type Situation = {
  connection: Connection;
  room: Pick<RoomSnapshot, 'isLoaded' | 'isLive' | 'problem'>;
  /** What the browser says of the network; it may say so wrongly, but never that there is none when there is. */
  isOnline: boolean;
  /** Something is on its way. */
  isSending: boolean;
};

/** What to say of the connection; null while everything shown is live. */
export function describeConnection({ connection, room, isOnline, isSending }: Situation): ConnectionNotice | null {
  const { connection: words } = texts;
  if (room.problem !== null) {
    return { text: words.problem(room.problem.message), tone: 'problem', canRetry: true };
  }
  // A connection that is cut is found out after a while; what is not sent without a network tells it at once.
  if (!isOnline && (!room.isLive || isSending)) return { text: words.offline, tone: 'waiting', canRetry: false };
  if (room.isLive) {
    const isSlow = connection.transport === 'polling';
    return isSlow ? { text: words.slow, tone: 'info', canRetry: false } : null;
  }
  const isConnected = connection.name === 'connected' || connection.name === 'probing';
  if (isConnected && room.isLoaded) return { text: words.catchingUp, tone: 'waiting', canRetry: false };
  return { text: room.isLoaded ? words.lost : words.connecting, tone: 'waiting', canRetry: false };
}
