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
};

/** What to say of the connection; null while everything shown is live. */
export function describeConnection({ connection, room, isOnline }: Situation): ConnectionNotice | null {
  const { connection: words } = texts;
  if (room.problem !== null) {
    return { text: words.problem(room.problem.message), tone: 'problem', canRetry: true };
  }
  if (room.isLive) {
    const isSlow = connection.transport === 'polling';
    return isSlow ? { text: words.slow, tone: 'info', canRetry: false } : null;
  }
  if (!isOnline) return { text: words.offline, tone: 'waiting', canRetry: false };
  const isConnected = connection.name === 'connected' || connection.name === 'probing';
  if (isConnected && room.isLoaded) return { text: words.catchingUp, tone: 'waiting', canRetry: false };
  return { text: room.isLoaded ? words.lost : words.connecting, tone: 'waiting', canRetry: false };
}
