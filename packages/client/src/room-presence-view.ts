import { type PresenceEvent, type PresenceVersion, type TypingEvent, type User, limits } from '@folkmoot/contract';

/**
 * Who is in the room. In a full room `users` is a sample and `count` tells how many there are (P3). `version` is null while
 * nothing is known: before the first state, and when nothing has streamed for half a minute.
 */
export type RoomPresence = { count: number; users: readonly User[]; version: PresenceVersion | null };

/** Who is typing; `until` in milliseconds since 1970. */
export type RoomTypers = readonly { user: User; until: number }[];

export const nobodyPresent: RoomPresence = { count: 0, users: [], version: null };

/** A state is always taken; a join or leave of another source, or an older one, is not (P3). */
export function takePresence(presence: RoomPresence, event: PresenceEvent): RoomPresence {
  const { count, version } = event;
  if (event.type === 'presence-state') return { count, version, users: event.users };
  if (presence.version?.source !== version.source || version.n < presence.version.n) return presence;
  const others = presence.users.filter((user) => user.id !== event.user.id);
  return { count, version, users: event.type === 'user-joined' ? [...others, event.user] : others };
}

/** Someone types until they say otherwise, or until the signal has expired (P4). */
export function takeTyping(typers: RoomTypers, event: TypingEvent, now: number): RoomTypers {
  const others = withoutTyper(typers, event.user.id);
  return event.isTyping ? [...others, { user: event.user, until: now + limits.typingExpiryMs }] : others;
}

/** Also when their message arrives, whatever became of the signal (P4). */
export function withoutTyper(typers: RoomTypers, userId: string): RoomTypers {
  return typers.some(({ user }) => user.id === userId) ? typers.filter(({ user }) => user.id !== userId) : typers;
}

export function expireTypers(typers: RoomTypers, now: number): RoomTypers {
  return typers.some(({ until }) => until <= now) ? typers.filter(({ until }) => until > now) : typers;
}
