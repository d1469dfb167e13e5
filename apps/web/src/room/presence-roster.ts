import type { PresenceEvent, PresenceVersion, User } from '@folkmoot/contract';

/** Who is in the room. In a full room `users` is a sample and `count` tells how many there are. */
export type PresenceRoster = { count: number; users: readonly User[]; version: PresenceVersion | null };

export const emptyRoster: PresenceRoster = { count: 0, users: [], version: null };

/** A state is always taken; a join or leave of another source, or an older one, is not (P3). */
export function applyPresence(roster: PresenceRoster, event: PresenceEvent): PresenceRoster {
  const { count, version } = event;
  if (event.type === 'presence-state') return { count, version, users: event.users };
  if (roster.version?.source !== version.source || version.n < roster.version.n) return roster;
  const others = roster.users.filter((user) => user.id !== event.user.id);
  return { count, version, users: event.type === 'user-joined' ? [...others, event.user] : others };
}
