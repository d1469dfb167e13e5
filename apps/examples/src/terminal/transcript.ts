import type { Message, User } from '@folkmoot/contract';
import type { RoomSnapshot } from '@folkmoot/client';
import { toPrintableLine, toPrintableLines } from './printable-text.ts';

export type Transcript = {
  /** The lines that tell what is new since the last snapshot, safe to be printed. */
  next(snapshot: RoomSnapshot): string[];
};

/** What is told of the time before: so many messages. */
const shownOfThePast = 20;

/** A room's snapshots as lines below each other: a terminal cannot take back what it has printed. */
export function createTranscript(ownUserId: string): Transcript {
  const versions = new Map<string, number>();
  let isStarted = false;
  let wasLive = false;
  let present: ReadonlyMap<string, User> | undefined;

  return {
    next(snapshot) {
      if (!snapshot.isLoaded) return [];
      return [...tellMessages(snapshot), ...tellPresence(snapshot), ...tellConnection(snapshot)];
    },
  };

  function tellMessages({ rows }: RoomSnapshot): string[] {
    const messages = rows.flatMap(({ message }) => message ?? []);
    const old = isStarted ? 0 : Math.max(0, messages.length - shownOfThePast);
    isStarted = true;
    return messages.flatMap((message, index) => {
      const before = versions.get(message.id);
      if (before === message.version) return [];
      versions.set(message.id, message.version);
      if (index < old || (before === undefined && message.isDeleted)) return [];
      return linesOf(message, before !== undefined);
    });
  }

  function tellPresence({ presence: { count, users, version } }: RoomSnapshot): string[] {
    if (version === null) return [];
    const before = present;
    // In a full room `users` is a sample: who comes and goes cannot be told from it.
    if (users.length < count) return [];
    const now = new Map(users.map((user) => [user.id, user]));
    present = now;
    if (!before) {
      return [count === 1 ? '· Nobody else is here' : `· ${count} people are here: ${users.map(nameOf).join(', ')}`];
    }
    const came = users.filter(({ id }) => !before.has(id) && id !== ownUserId);
    const went = [...before.values()].filter(({ id }) => !now.has(id) && id !== ownUserId);
    return [...came.map((user) => `→ ${nameOf(user)} is here`), ...went.map((user) => `← ${nameOf(user)} has left`)];
  }

  function tellConnection({ isLive }: RoomSnapshot): string[] {
    if (isLive === wasLive) return [];
    wasLive = isLive;
    return isLive ? ['· connected'] : ['· the connection is lost; trying again'];
  }
}

export function nameOf({ name, isGuest }: User): string {
  return toPrintableLine(isGuest ? `${name} (guest)` : name);
}

function linesOf({ createdAt, user, message, isDeleted }: Message, isChange: boolean): string[] {
  const time = createdAt.toTimeString().slice(0, 5);
  if (isDeleted) return [`${time} ${nameOf(user)} · deleted`];
  const [first = '', ...more] = toPrintableLines(message);
  return [`${time} ${nameOf(user)}${isChange ? ' · edited' : ''}: ${first}`, ...more.map((line) => `      ${line}`)];
}
