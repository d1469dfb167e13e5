import type { Online } from '@folkmoot/contract';
import type { RoomService } from '../rooms/room-service.ts';
import type { PresenceRegistry } from './presence-registry.ts';

export type PresenceService = {
  /** Who is in a room now (P1). Throws ROOM_NOT_FOUND. */
  online(input: { room: string }): Promise<Online>;
};

export function createPresenceService(options: { registry: PresenceRegistry; rooms: RoomService }): PresenceService {
  const { registry, rooms } = options;
  return {
    async online({ room }) {
      await rooms.require(room);
      await registry.known(room);
      return registry.online(room);
    },
  };
}
