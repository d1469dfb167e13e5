import type { EventsPage, HintEvent, MessageStreamEvent, User } from '@folkmoot/contract';
import type { TrackedEnvelope } from '@trpc/server';
import { type Clock, waitFor } from '../clock.ts';
import { isDatabaseTrouble, toTrpcError } from '../errors/map-error.ts';
import type { HintKind } from '../hints/hint-channel.ts';
import type { HintChannels } from '../hints/hint-channels.ts';
import type { Caller } from '../identity.ts';
import { liveUntilExpiry } from './live-until-expiry.ts';
import type { MessageLog } from '../messages/message-log.ts';
import type { PresenceRegistry } from '../presence/presence-registry.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { UserService } from '../users/user-service.ts';

const retryDelayMs = 500;

export type LiveStreamsOptions = {
  log: MessageLog;
  hints: HintChannels;
  presence: PresenceRegistry;
  rooms: RoomService;
  users: UserService;
  clock: Clock;
};

/**
 * The room as it lives. Streams throw ROOM_NOT_FOUND, wait where the database is away (T4), and end when
 * the signal aborts or the caller's credential has expired (A3). What they throw is a tRPC error already: no middleware
 * sees a stream that has begun, and tRPC would call any other error a 500, which a stock client retries for ever (S7).
 */
export type LiveStreams = {
  /** The room's events; whoever reads them is present in the room meanwhile (P1). */
  messages(
    caller: Caller,
    input: { room: string; lastEventId?: string | null | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<TrackedEnvelope<MessageStreamEvent>, void, unknown>;
  /** One page of events for who polls; polling makes present, too (P1). Fails where a stream would wait. */
  events(caller: Caller, input: { room: string; after: string; limit: number }): Promise<EventsPage>;
  /** Typing and presence of the room. */
  hints(
    caller: Caller,
    input: { room: string; kinds: readonly HintKind[] },
    signal: AbortSignal,
  ): AsyncGenerator<HintEvent, void, unknown>;
};

export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { log, hints, presence, rooms, users, clock } = options;

  /** The caller as stored, once the room is known to exist; undefined when the signal aborted first. */
  async function admit(caller: Caller, room: string, signal: AbortSignal): Promise<User | undefined> {
    while (!signal.aborted) {
      try {
        await rooms.require(room);
        return await users.ensure(caller);
      } catch (error) {
        if (!isDatabaseTrouble(error)) throw error;
        await waitFor(clock, retryDelayMs, signal);
      }
    }
    return undefined;
  }

  return {
    async *messages(caller, { room, lastEventId }, signal) {
      let leave: (() => void) | undefined;
      try {
        const user = await admit(caller, room, signal);
        if (!user) return;
        leave = presence.enter(room, user);
        const start = (live: AbortSignal) => log.stream({ room, lastEventId, signal: live });
        yield* liveUntilExpiry({ start, expiresAt: caller.expiresAt, clock, signal });
      } catch (error) {
        throw toTrpcError(error);
      } finally {
        leave?.();
      }
    },

    async events(caller, input) {
      const page = await log.events(input);
      presence.poll(input.room, await users.ensure(caller));
      return page;
    },

    async *hints(caller, { room, kinds }, signal) {
      try {
        const user = await admit(caller, room, signal);
        if (!user) return;
        const start = (live: AbortSignal) => hints.subscribe(room, { kinds, userId: user.id, signal: live });
        yield* liveUntilExpiry({ start, expiresAt: caller.expiresAt, clock, signal });
      } catch (error) {
        throw toTrpcError(error);
      }
    },
  };
}
