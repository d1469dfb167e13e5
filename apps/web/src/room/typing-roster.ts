import { type TypingEvent, type User, limits } from '@folkmoot/contract';

export type TypingRoster = readonly { user: User; until: number }[];

/** Someone types until they say otherwise or {@link limits.typingExpiryMs} have passed (P4). */
export function applyTyping(roster: TypingRoster, event: TypingEvent, now: number): TypingRoster {
  const others = stopTyping(roster, event.user.id);
  return event.isTyping ? [...others, { user: event.user, until: now + limits.typingExpiryMs }] : others;
}

/** Also when their message arrives, whatever became of the signal (P4). */
export function stopTyping(roster: TypingRoster, userId: string): TypingRoster {
  return roster.some(({ user }) => user.id === userId) ? roster.filter(({ user }) => user.id !== userId) : roster;
}

export function expireTyping(roster: TypingRoster, now: number): TypingRoster {
  return roster.some(({ until }) => until <= now) ? roster.filter(({ until }) => until > now) : roster;
}
