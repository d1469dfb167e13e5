import type { Online, PresenceEvent, User } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';
import { RoomPresence } from './room-presence.ts';
import type { PresenceOfAllNodes } from './presence-of-all-nodes.ts';

/** Who is in which room, as this node knows it: through itself, and through others where presence is shared (P2). */
export type PresenceRegistry = {
  /** Someone has a stream of the room open until the returned function is called (P1). */
  enter(room: string, user: User): () => void;
  /** Someone polls the room: present for 15 s from now (P1). */
  poll(room: string, user: User): void;
  /** Resolves when it is known who is in the room through other nodes, as far as that can be known. */
  known(room: string): Promise<void>;
  online(room: string): Online;
  state(room: string): PresenceEvent;
  close(): Promise<void>;
};

export function createPresenceRegistry(options: {
  source: string;
  clock: Clock;
  publish: (room: string, event: PresenceEvent) => void;
  /** Absent where there is one node only. */
  shared?: PresenceOfAllNodes | undefined;
}): PresenceRegistry {
  const { source, clock, publish, shared } = options;
  const rooms = new Map<string, RoomPresence>();

  function of(room: string): RoomPresence {
    const known = rooms.get(room);
    if (known) return known;
    const presence = new RoomPresence({
      source,
      clock,
      publish: (event) => publish(room, event),
      onChange: (userId, isHere) => shared?.changed(room, userId, isHere),
    });
    rooms.set(room, presence);
    shared?.add(room, presence);
    return presence;
  }

  return {
    enter: (room, user) => of(room).enter(user),
    poll: (room, user) => of(room).poll(user),
    async known(room) {
      of(room);
      await shared?.known(room);
    },
    online: (room) => of(room).list(),
    state: (room) => of(room).state(),
    async close() {
      await shared?.close();
      for (const presence of rooms.values()) presence.close();
      rooms.clear();
    },
  };
}
