import type { LogEvent } from '@folkmoot/contract';
import type { Clock } from '../clock.ts';
import { DomainError } from '../errors/domain-error.ts';
import { type Caller, isModerator } from '../identity.ts';
import type { LiveSubscription } from '../live/live-source.ts';
import type { BanStore } from './ban-store.ts';

/** How old may be what this node knows of a room's bans: with the poll of a feed they hold within two seconds (A4). */
const freshMs = 1_000;
/** Before every place in a log. */
const atOnce = 0;

/** Watches over one stream of one caller. */
export type StreamGate = {
  /**
   * The stream, which ends with BANNED as soon as its reader is banned: of messages right behind the ban's event, of
   * what has no place in the log at once.
   */
  guard<Value>(subscription: LiveSubscription<Value>, places?: Places<Value>): LiveSubscription<Value>;
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
type Gate = {
  userId: string;
  wake: () => void;
  /** Whether its values have places in the log. */
  hasPlaces: boolean;
  wasReset: boolean;
  bannedAt: number | undefined;
};

/** What a guard has to know of the values of a stream of messages. */
export type Places<Value> = {
  seqOf(value: Value): number;
  /** Whether the stream begins anew with it: what lies between was skipped, and may have been a ban. */
  isReset(value: Value): boolean;
};

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
      // A stream of messages ends where it passes the ban's event; what was skipped by a reset will not come by.
      for (const gate of gates.get(room) ?? []) {
        if ((!gate.hasPlaces || gate.wasReset) && known.banned.has(gate.userId)) end(gate, atOnce);
      }
    } finally {
      known.reading = undefined;
    }
  }

  function end(gate: Gate, seq: number): void {
    if (gate.bannedAt !== undefined) return;
    gate.bannedAt = seq;
    gate.wake();
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
        for (const gate of gates.get(room) ?? []) {
          if (gate.userId === event.userId) end(gate, gate.hasPlaces ? seq : atOnce);
        }
      }
    },
    watch(caller, room, wake) {
      // Moderators are let through: a ban of one means nothing.
      if (isModerator(caller)) return { guard: (subscription) => subscription, close: () => undefined };
      const gate: Gate = {
        userId: caller.user.id,
        wake,
        hasPlaces: false,
        wasReset: false,
        bannedAt: undefined,
      };
      const recheck = (): void => {
        gate.wasReset = true;
        const known = of(room);
        // Where the database is away the next call in the room looks again.
        (known.reading ??= read(room, known)).catch(() => undefined);
      };
      const inRoom = gates.get(room) ?? new Set();
      gates.set(room, inRoom.add(gate));
      return {
        guard: (subscription, places) => {
          gate.hasPlaces = places !== undefined;
          return guard(subscription, { gate, places, recheck });
        },
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
  { gate, places, recheck }: { gate: Gate; places: Places<Value> | undefined; recheck: () => void },
): LiveSubscription<Value> {
  let isOver = false;

  /** Nothing behind the ban's event; once that was reached the stream is over. */
  function cut(values: readonly Value[] | undefined): readonly Value[] | undefined {
    const { bannedAt } = gate;
    const [first] = values ?? [];
    if (first !== undefined && places?.isReset(first)) recheck();
    if (bannedAt === undefined || values === undefined) return values;
    const kept = places ? values.filter((value) => places.seqOf(value) <= bannedAt) : [];
    const last = kept.at(-1);
    const hasReached = kept.length < values.length || (last !== undefined && places?.seqOf(last) === bannedAt);
    isOver = hasReached || bannedAt === atOnce;
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
