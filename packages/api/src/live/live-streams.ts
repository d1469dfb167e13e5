import { type EventsPage, type HintEvent, parsePosition, type User } from '@folkmoot/contract';
import type { FanoutSource } from '@folkmoot/ws';
import { type Clock, waitFor } from '../clock.ts';
import { isDatabaseTrouble } from '../errors/map-error.ts';
import type { HintChannels } from '../hints/hint-channels.ts';
import type { Caller } from '../identity.ts';
import type { StreamValue } from '../log/log-event.ts';
import type { MessageLog } from '../messages/message-log.ts';
import type { Places, RoomBans, StreamGate } from '../moderation/room-bans.ts';
import type { PresenceRegistry } from '../presence/presence-registry.ts';
import type { RoomService } from '../rooms/room-service.ts';
import type { UserService } from '../users/user-service.ts';
import { createLiveSource, type LiveSubscription } from './live-source.ts';

const retryDelayMs = 500;

export type LiveStreamsOptions = {
  log: MessageLog;
  hints: HintChannels;
  presence: PresenceRegistry;
  rooms: RoomService;
  bans: RoomBans;
  users: UserService;
  clock: Clock;
};

/**
 * The room as it lives. Streams throw ROOM_NOT_FOUND and BANNED, wait where the database is away (T4), and end when the
 * signal aborts or the caller's credential has expired (A3).
 */
export type LiveStreams = {
  /** The room's events; whoever reads them is present in the room meanwhile (P1). */
  messages(
    caller: Caller,
    input: { room: string; lastEventId?: string | null | undefined },
    signal: AbortSignal,
  ): FanoutSource<StreamValue>;
  /** One page of events for who polls; polling makes present, too (P1). Fails where a stream would wait. */
  events(caller: Caller, input: { room: string; after: string; limit: number }): Promise<EventsPage>;
  /** Typing and presence of the room, or what of them is accepted. */
  hints<Event extends HintEvent>(
    caller: Caller,
    input: { room: string; accepts: (event: HintEvent) => event is Event },
    signal: AbortSignal,
  ): FanoutSource<Event>;
};

export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { log, hints, presence, rooms, bans, users, clock } = options;

  /**
   * The caller as stored, once the room is known to exist and the caller not to be banned; undefined when the signal
   * aborted first.
   */
  async function admit(caller: Caller, room: string, signal: AbortSignal): Promise<User | undefined> {
    while (!signal.aborted) {
      try {
        await rooms.require(room);
        await bans.require(caller, room);
        return await users.ensure(caller);
      } catch (error) {
        if (!isDatabaseTrouble(error)) throw error;
        await waitFor(clock, retryDelayMs, signal);
      }
    }
    return undefined;
  }

  /** A stream of somebody who is let in, and until they are banned (A4): watched over from before they are asked for. */
  async function open<Value>(
    { caller, room, signal, wake }: { caller: Caller; room: string; signal: AbortSignal; wake: () => void },
    subscribe: (user: User, gate: StreamGate) => LiveSubscription<Value>,
  ): Promise<LiveSubscription<Value> | undefined> {
    const gate = bans.watch(caller, room, wake);
    try {
      const user = await admit(caller, room, signal);
      await presence.known(room);
      if (!user) {
        gate.close();
        return undefined;
      }
      const subscription = subscribe(user, gate);
      return {
        next: (limit) => subscription.next(limit),
        close() {
          gate.close();
          subscription.close();
        },
      };
    } catch (error) {
      gate.close();
      throw error;
    }
  }

  return {
    messages(caller, { room, lastEventId }, signal) {
      const openMessages = async (wake: () => void) =>
        open({ caller, room, signal, wake }, (user, gate) => {
          const leave = presence.enter(room, user);
          const subscription = gate.guard(log.subscribe({ room, lastEventId, signal, wake }), places);
          return {
            next: (limit) => subscription.next(limit),
            close() {
              subscription.close();
              leave();
            },
          };
        });
      return createLiveSource({ open: openMessages, expiresAt: caller.expiresAt, clock, signal });
    },

    async events(caller, input) {
      const page = await log.events(input);
      presence.poll(input.room, await users.ensure(caller));
      return page;
    },

    hints<Event extends HintEvent>(
      caller: Caller,
      { room, accepts }: { room: string; accepts: (event: HintEvent) => event is Event },
      signal: AbortSignal,
    ) {
      const openHints = async (wake: () => void) =>
        open({ caller, room, signal, wake }, (user, gate) => {
          const leave = log.keepUp(room, signal);
          const subscription = gate.guard(hints.subscribe(room, { accepts, userId: user.id, wake }));
          return {
            next: (limit) => subscription.next(limit),
            close() {
              subscription.close();
              leave();
            },
          };
        });
      return createLiveSource({ open: openHints, expiresAt: caller.expiresAt, clock, signal });
    },
  };
}

const places: Places<StreamValue> = { seqOf: ([id]) => parsePosition(id)?.seq ?? 0 };
