import type { LogEvent } from '@folkmoot/contract';
import { type Clock, waitFor } from '../clock.ts';
import { DomainError } from '../errors/domain-error.ts';
import { type Caller, isModerator } from '../identity.ts';
import type { LiveSubscription } from '../live/live-source.ts';
import type { BanStore } from './ban-store.ts';

/** How old may be what this node knows of a room's bans: with the poll of a feed they hold within two seconds (A4). */
const freshMs = 1_000;
const retryDelayMs = 500;
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
  /**
   * The same by what this node knows, for what touches no table (P4). Only for whom it knows as banned it asks, for bans
   * end by themselves and no event says so.
   */
  requireAsKnown(caller: Caller, room: string): Promise<void>;
  /** Whether this node knows of a ban, for what comes from a node that may not. */
  isKnownBanned(room: string, userId: string): boolean;
  /** An event of a room's log has passed this node. */
  passed(room: string, event: LogEvent, seq: number): void;
  /** This node goes on in a room's log behind events that it has not seen, and bans may be among them. */
  skipped(room: string): void;
  /** @param wake called when the stream has to end */
  watch(caller: Caller, room: string, wake: () => void): StreamGate;
  /** Waits for the database no longer. */
  close(): void;
};

type Known = {
  banned: Set<string>;
  readAt: number;
  reading: Promise<void> | undefined;
  /** How often something has passed or was skipped: a reading during which that happens may be from before it. */
  changes: number;
  /** Until it is known what was skipped. Nothing is read from a stream meanwhile. */
  catchingUp: Promise<void> | undefined;
};
type Gate = {
  userId: string;
  wake: () => void;
  /** Whether it is at a place in the log, which all that passes this node from now on is behind. */
  hasPlace: boolean;
  bannedAt: number | undefined;
};

type Values<Value> = readonly Value[] | undefined;

/** What a guard has to know of the values of a stream of messages. */
export type Places<Value> = { seqOf(value: Value): number };

export function createRoomBans(options: { store: Pick<BanStore, 'listUserIds'>; clock: Clock }): RoomBans {
  const { store, clock } = options;
  const rooms = new Map<string, Known>();
  const gates = new Map<string, Set<Gate>>();
  const stop = new AbortController();

  function of(room: string): Known {
    const known = rooms.get(room) ?? {
      banned: new Set(),
      readAt: Number.NEGATIVE_INFINITY,
      reading: undefined,
      changes: 0,
      catchingUp: undefined,
    };
    rooms.set(room, known);
    return known;
  }

  function read(room: string, known: Known): Promise<void> {
    known.reading ??= readAnew(room, known).finally(() => {
      known.reading = undefined;
    });
    return known.reading;
  }

  async function readAnew(room: string, known: Known): Promise<void> {
    for (;;) {
      const { changes } = known;
      const readAt = clock.now();
      const found = await store.listUserIds(room);
      if (changes !== known.changes) continue;
      known.banned = new Set(found);
      known.readAt = readAt;
      // A stream at a place in the log ends where it passes the ban's event.
      endAll(room, known, (gate) => !gate.hasPlace);
      return;
    }
  }

  /** What was skipped will not come by: whoever is banned by now is over. Ends when nobody is there to be ended. */
  async function catchUp(room: string, known: Known): Promise<void> {
    while (gates.has(room) && known.readAt === Number.NEGATIVE_INFINITY) {
      await read(room, known).catch(() => waitFor(clock, retryDelayMs, stop.signal));
      if (stop.signal.aborted) break;
    }
    known.catchingUp = undefined;
    endAll(room, known, () => true);
  }

  function endAll(room: string, known: Known, isMeant: (gate: Gate) => boolean): void {
    for (const gate of gates.get(room) ?? []) if (isMeant(gate) && known.banned.has(gate.userId)) end(gate, atOnce);
  }

  function end(gate: Gate, seq: number): void {
    if (gate.bannedAt !== undefined) return;
    gate.bannedAt = seq;
    gate.wake();
  }

  function isKnownBanned(room: string, userId: string): boolean {
    const known = rooms.get(room);
    if (!known?.banned.has(userId)) return false;
    // The ban may be over: the next one who asks gets to know.
    if (clock.now() - known.readAt >= freshMs) read(room, known).catch(() => undefined);
    return true;
  }

  async function require(caller: Caller, room: string): Promise<void> {
    if (isModerator(caller)) return;
    const known = of(room);
    if (clock.now() - known.readAt >= freshMs) await read(room, known);
    if (known.banned.has(caller.user.id)) throw new DomainError('BANNED');
  }

  return {
    require,
    async requireAsKnown(caller, room) {
      if (isKnownBanned(room, caller.user.id)) await require(caller, room);
    },
    isKnownBanned,
    passed(room, event, seq) {
      if (event.type !== 'member-banned' && event.type !== 'member-unbanned') return;
      const known = of(room);
      known.changes++;
      if (event.type === 'member-unbanned') known.banned.delete(event.userId);
      else {
        known.banned.add(event.userId);
        for (const gate of gates.get(room) ?? []) {
          if (gate.userId === event.userId) end(gate, gate.hasPlace ? seq : atOnce);
        }
      }
    },
    skipped(room) {
      const known = of(room);
      known.changes++;
      known.readAt = Number.NEGATIVE_INFINITY;
      if (gates.has(room)) known.catchingUp ??= catchUp(room, known);
    },
    watch(caller, room, wake) {
      // Moderators are let through: a ban of one means nothing.
      if (isModerator(caller)) return { guard: (subscription) => subscription, close: () => undefined };
      const gate: Gate = { userId: caller.user.id, wake, hasPlace: false, bannedAt: undefined };
      const inRoom = gates.get(room) ?? new Set();
      gates.set(room, inRoom.add(gate));
      return {
        guard: (subscription, places) => guard(subscription, { gate, places, known: of(room) }),
        close() {
          inRoom.delete(gate);
          if (inRoom.size === 0 && gates.get(room) === inRoom) gates.delete(room);
        },
      };
    },
    close: () => stop.abort(),
  };
}

function guard<Value>(
  subscription: LiveSubscription<Value>,
  { gate, places, known }: { gate: Gate; places: Places<Value> | undefined; known: Known },
): LiveSubscription<Value> {
  let isOver = false;

  /** Nothing behind the ban's event; once that was reached the stream is over. */
  function cut(values: readonly Value[] | undefined): readonly Value[] | undefined {
    gate.hasPlace = places !== undefined;
    const { bannedAt } = gate;
    if (bannedAt === undefined || values === undefined) return values;
    const kept = places ? values.filter((value) => places.seqOf(value) <= bannedAt) : [];
    const last = kept.at(-1);
    const hasReached = kept.length < values.length || (last !== undefined && places?.seqOf(last) === bannedAt);
    isOver = hasReached || bannedAt === atOnce;
    if (isOver) gate.wake();
    return kept;
  }

  const take = (limit: number): Values<Value> | Promise<Values<Value>> => {
    if (isOver) throw new DomainError('BANNED');
    if (known.catchingUp) return known.catchingUp.then(() => take(limit));
    const values = subscription.next(limit);
    if (!(values instanceof Promise)) return cut(values);
    return values.then((given) => (known.catchingUp ? known.catchingUp.then(() => cut(given)) : cut(given)));
  };
  return { next: take, close: () => subscription.close() };
}
