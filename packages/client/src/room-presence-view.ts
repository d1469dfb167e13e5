import type { PresenceEvent, PresenceVersion, User } from '@folkmoot/contract';

/**
 * Who is in the room. In a full room `users` is a sample and `count` tells how many there are (P3). `version` is null while
 * nothing is known: before the first state, and when nothing has streamed for half a minute.
 */
export type RoomPresence = { count: number; users: readonly User[]; version: PresenceVersion | null };

/** Who is typing, without oneself (P4). */
export type RoomTypers = readonly User[];

export const nobodyPresent: RoomPresence = { count: 0, users: [], version: null };

/** A state is always taken; a join or leave of another source, or an older one, is not (P3). */
export function takePresence(presence: RoomPresence, event: PresenceEvent): RoomPresence {
  const { count, version } = event;
  if (event.type === 'presence-state') return { count, version, users: event.users };
  if (presence.version?.source !== version.source || version.n < presence.version.n) return presence;
  const others = presence.users.filter((user) => user.id !== event.user.id);
  return { count, version, users: event.type === 'user-joined' ? [...others, event.user] : others };
}

export function withoutTyper(typers: RoomTypers, userId: string): RoomTypers {
  return typers.some(({ id }) => id === userId) ? typers.filter(({ id }) => id !== userId) : typers;
}
