import type { Online, PresenceEvent, User } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';
import { RoomPresence } from './room-presence.ts';

/** Who is in which room, as this node knows it. */
export type PresenceRegistry = {
  /** Someone has a stream of the room open until the returned function is called (P1). */
  enter(room: string, user: User): () => void;
  /** Someone polls the room: present for 15 s from now (P1). */
  poll(room: string, user: User): void;
  online(room: string): Online;
  state(room: string): PresenceEvent;
  close(): void;
};

export function createPresenceRegistry(options: {
  source: string;
  clock: Clock;
  publish: (room: string, event: PresenceEvent) => void;
}): PresenceRegistry {
  const { source, clock, publish } = options;
  const rooms = new Map<string, RoomPresence>();

  function of(room: string): RoomPresence {
    const known = rooms.get(room);
    if (known) return known;
    const presence = new RoomPresence({ source, clock, publish: (event) => publish(room, event) });
    rooms.set(room, presence);
    return presence;
  }

  return {
    enter: (room, user) => of(room).enter(user),
    poll: (room, user) => of(room).poll(user),
    online: (room) => of(room).list(),
    state: (room) => of(room).state(),
    close() {
      for (const presence of rooms.values()) presence.close();
      rooms.clear();
    },
  };
}
