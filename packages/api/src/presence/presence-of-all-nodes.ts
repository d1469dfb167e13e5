import { limits } from '@folkmoot/contract';
import type { ChatLogger } from '../chat-logger.ts';
import { type Clock, waitFor } from '../clock.ts';
import { describeError } from '../errors/describe-error.ts';
import type { EventBus } from '../log/event-bus.ts';
import type { Presence, PresenceStore } from './presence-store.ts';
import type { RoomPresence } from './room-presence.ts';

/**
 * A node that does not renew its lease is dead 15 s later, and 5 s after that everybody has seen it: with what a busy
 * machine adds, within the 30 s of P2. Its people have come back through other nodes long before.
 */
const leaseMs = 15_000;
const beatEveryMs = 5_000;
/** Changes that come together are saved together, and a room that changes all the time is read a few times a second. */
const saveAfterMs = 50;
const readAgainAfterMs = 250;
const retryDelayMs = 1_000;
/** One more than are ever named, which tells whether there are more (P3). */
const maxRead = limits.presenceSampleSize + 1;

export type PresenceOfAllNodesOptions = {
  store: PresenceStore;
  bus: EventBus;
  clock: Clock;
  logger: ChatLogger;
  newId: () => string;
};

export type PresenceOfAllNodes = {
  /** Shows in a room of this node who is there through others, from now on. */
  add(name: string, room: RoomPresence): void;
  /** Somebody has come to a room through this node, or is gone from it. */
  changed(room: string, userId: string, isHere: boolean): void;
  /** Resolves when the others of the room were read once, or could not be read. */
  known(room: string): Promise<void>;
  close(): Promise<void>;
};

type Room = { presence: RoomPresence; firstRead: PromiseWithResolvers<void>; unlisten: () => void };

/**
 * Presence of all nodes (P2). Each node keeps those who are present through it in the database, under a lease; a hint on
 * the bus tells the others to look, and they look every few seconds anyway. So whatever is lost or late, what a node
 * shows is what was in the database a moment ago, and nobody is present through a node that is dead or was paused for
 * longer than its lease.
 *
 * A node that finds its lease expired takes a new source: of its people those come along who are still there, and those
 * who come back.
 */
export function createPresenceOfAllNodes(options: PresenceOfAllNodesOptions): PresenceOfAllNodes {
  const { store, bus, clock, logger, newId } = options;
  const rooms = new Map<string, Room>();
  const stale = new Set<string>();
  const unsaved = new Map<string, Presence & { isHere: boolean }>();
  const stop = new AbortController();
  const { signal } = stop;
  let source: string | undefined;
  let saving: Promise<void> | undefined;
  let reading: Promise<void> | undefined;

  async function beat(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (source === undefined || !(await store.renew(source, leaseMs))) await register();
      } catch (error) {
        report(error, 'cannot renew the lease of this node');
      }
      for (const name of rooms.keys()) markStale(name);
      await waitFor(clock, beatEveryMs, signal);
    }
  }

  async function register(): Promise<void> {
    const next = newId();
    await store.register(next, leaseMs);
    source = next;
    unsaved.clear();
    for (const { presence } of rooms.values()) presence.tellAnew();
  }

  function note(room: string, userId: string, isHere: boolean): void {
    unsaved.set(`${room} ${userId}`, { room, userId, isHere });
    if (!signal.aborted) saving ??= save();
  }

  async function save(): Promise<void> {
    await waitFor(clock, saveAfterMs, signal);
    while (unsaved.size > 0 && source !== undefined && !signal.aborted) {
      const taken = [...unsaved];
      const as = source;
      unsaved.clear();
      try {
        const changes = taken.map(([, change]) => change);
        await store.save(as, {
          joined: changes.filter(({ isHere }) => isHere),
          left: changes.filter(({ isHere }) => !isHere),
        });
        for (const room of new Set(changes.map((change) => change.room)))
          bus.publish({ kind: 'presence', room, from: as });
      } catch (error) {
        report(error, 'cannot save who is present through this node');
        // With a new source everybody is noted anew.
        if (source === as) for (const [key, change] of taken) if (!unsaved.has(key)) unsaved.set(key, change);
        await waitFor(clock, retryDelayMs, signal);
      }
    }
    saving = undefined;
  }

  function markStale(room: string): void {
    stale.add(room);
    if (!signal.aborted) reading ??= read();
  }

  async function read(): Promise<void> {
    while (stale.size > 0 && !signal.aborted) {
      const names = [...stale];
      stale.clear();
      for (const name of names) await readRoom(name);
      await waitFor(clock, readAgainAfterMs, signal);
    }
    reading = undefined;
  }

  async function readRoom(name: string): Promise<void> {
    const room = rooms.get(name);
    try {
      // Before it has a source of its own, everybody whom it reads of is through another.
      const { users, count } = await store.findOthers(name, source ?? '', maxRead);
      room?.presence.setOthers(users, users.length < maxRead ? undefined : count);
    } catch (error) {
      report(error, 'cannot read who is present through other nodes');
    }
    room?.firstRead.resolve();
  }

  function report(error: unknown, message: string): void {
    if (!signal.aborted) logger.warn(describeError(error), message);
  }

  const leaveGap = bus.onGap(() => {
    for (const name of rooms.keys()) markStale(name);
  });
  const beating = beat();

  return {
    add(name, presence) {
      const unlisten = bus.listen(name, (hint) => {
        if (hint.kind === 'presence' && hint.from !== source) markStale(name);
      });
      rooms.set(name, { presence, firstRead: Promise.withResolvers(), unlisten });
      markStale(name);
    },
    changed: note,
    async known(name) {
      await rooms.get(name)?.firstRead.promise;
    },
    async close() {
      stop.abort();
      leaveGap();
      for (const { unlisten, firstRead } of rooms.values()) {
        unlisten();
        firstRead.resolve();
      }
      await Promise.all([beating, saving, reading]);
      // Its people are on their way to other nodes: they have as long as a reconnect has (P1).
      if (source !== undefined) await store.renew(source, limits.presenceGraceMs).catch(() => undefined);
    },
  };
}
