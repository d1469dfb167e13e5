import type { LogEvent } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';
import { DomainError } from '../errors/domain-error.ts';
import { type Caller, isModerator } from '../identity.ts';
import type { LiveSubscription } from '../live/live-source.ts';
import type { BanStore } from './ban-store.ts';

/** How old may be what this node knows of a room's bans: with the poll of a feed they hold within two seconds (A4). */
const freshMs = 1_000;

/** Watches over one stream of one caller. */
export type StreamGate = {
  /**
   * The stream, which ends with BANNED as soon as its reader is banned: of messages right behind the ban's event, of
   * what has no place in the log at once.
   *
   * @param seqOf the place of a value in the log
   */
  guard<Value>(subscription: LiveSubscription<Value>, seqOf?: (value: Value) => number): LiveSubscription<Value>;
  close(): void;
};

/** Who may not be in which room, as this node knows it. Moderators cannot be banned (A4). */
export type RoomBans = {
  /** Throws BANNED. Asks the database where this node's knowledge is older than a second. */
  require(caller: Caller, room: string): Promise<void>;
  /** The same by what this node knows, for what touches no table (P4). */
  requireAsKnown(caller: Caller, room: string): void;
  /** An event of a room's log has passed this node. */
  passed(room: string, event: LogEvent, seq: number): void;
  /** @param wake called when the stream has to end */
  watch(caller: Caller, room: string, wake: () => void): StreamGate;
};

type Known = { banned: Set<string>; readAt: number; reading: Promise<void> | undefined };
type Gate = { userId: string; wake: () => void; bannedAt: number | undefined };

export function createRoomBans(options: { store: Pick<BanStore, 'list'>; clock: Clock }): RoomBans {
  const { store, clock } = options;
  const rooms = new Map<string, Known>();
  const gates = new Map<string, Set<Gate>>();

  function of(room: string): Known {
    const known = rooms.get(room) ?? { banned: new Set(), readAt: Number.NEGATIVE_INFINITY, reading: undefined };
    rooms.set(room, known);
    return known;
  }

  async function read(room: string, known: Known): Promise<void> {
    const readAt = clock.now();
    try {
      const found = await store.list(room);
      known.banned = new Set(found.map(({ userId }) => userId));
      known.readAt = readAt;
      for (const userId of known.banned) endStreams(room, userId, 0);
    } finally {
      known.reading = undefined;
    }
  }

  function endStreams(room: string, userId: string, seq: number): void {
    for (const gate of gates.get(room) ?? []) {
      if (gate.userId !== userId || gate.bannedAt !== undefined) continue;
      gate.bannedAt = seq;
      gate.wake();
    }
  }

  function requireAsKnown(caller: Caller, room: string): void {
    if (!isModerator(caller) && rooms.get(room)?.banned.has(caller.user.id)) throw new DomainError('BANNED');
  }

  return {
    async require(caller, room) {
      if (isModerator(caller)) return;
      const known = of(room);
      if (clock.now() - known.readAt >= freshMs) await (known.reading ??= read(room, known));
      requireAsKnown(caller, room);
    },
    requireAsKnown,
    passed(room, event, seq) {
      if (event.type !== 'member-banned' && event.type !== 'member-unbanned') return;
      const known = of(room);
      // What a reading under way has seen may be from before this event.
      known.readAt = Number.NEGATIVE_INFINITY;
      known.reading = undefined;
      if (event.type === 'member-unbanned') known.banned.delete(event.userId);
      else {
        known.banned.add(event.userId);
        endStreams(room, event.userId, seq);
      }
    },
    watch(caller, room, wake) {
      // Moderators are let through: a ban of one means nothing.
      if (isModerator(caller)) return { guard: (subscription) => subscription, close: () => undefined };
      const gate: Gate = { userId: caller.user.id, wake, bannedAt: undefined };
      const inRoom = gates.get(room) ?? new Set();
      gates.set(room, inRoom.add(gate));
      return {
        guard: (subscription, seqOf) => guard(subscription, gate, seqOf),
        close() {
          inRoom.delete(gate);
          if (inRoom.size === 0 && gates.get(room) === inRoom) gates.delete(room);
        },
      };
    },
  };
}

function guard<Value>(
  subscription: LiveSubscription<Value>,
  gate: Gate,
  seqOf: ((value: Value) => number) | undefined,
): LiveSubscription<Value> {
  let isOver = false;

  /** Nothing behind the ban's event; once it was reached, or nothing is left before it, the stream is over. */
  function cut(values: readonly Value[] | undefined): readonly Value[] | undefined {
    const { bannedAt } = gate;
    if (bannedAt === undefined || values === undefined) return values;
    const kept = seqOf ? values.filter((value) => seqOf(value) <= bannedAt) : [];
    const last = kept.at(-1);
    isOver = last === undefined || kept.length < values.length || seqOf?.(last) === bannedAt;
    if (isOver) gate.wake();
    return kept;
  }

  return {
    next(limit) {
      if (isOver) throw new DomainError('BANNED');
      const values = subscription.next(limit);
      if (values instanceof Promise) return values.then(cut);
      return cut(values);
    },
    close: () => subscription.close(),
  };
}
