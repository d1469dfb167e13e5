import { type Caller, isModerator } from '../identity.ts';
import type { RoomBans } from '../moderation/room-bans.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { UserService } from '../users/user-service.ts';
import type { TypingRelay } from './typing-relay.ts';

export type TypingService = {
  /** Tells the others of a room that the caller types, or no longer does (P4). Throws ROOM_NOT_FOUND and BANNED. */
  set(caller: Caller, input: { room: string; isTyping: boolean }): Promise<void>;
};

export function createTypingService(options: {
  relay: TypingRelay;
  rooms: RoomService;
  bans: Pick<RoomBans, 'requireAsKnown'>;
  users: UserService;
}): TypingService {
  const { relay, rooms, bans, users } = options;
  return {
    async set(caller, { room, isTyping }) {
      await rooms.require(room);
      await bans.requireAsKnown(caller, room);
      relay.set(room, { user: await users.recall(caller), isTyping, isModerator: isModerator(caller) });
    },
  };
}
