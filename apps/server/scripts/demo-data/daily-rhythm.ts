import type { Member } from './community.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How likely somebody writes in each hour of their own day: before work, at lunch, after dinner. */
const workday = [
  0.4, 0.2, 0.1, 0.05, 0.05, 0.1, 0.8, 2.2, 4.2, 6, 6.6, 6, 7.4, 6.4, 5.6, 5.4, 5.6, 5.4, 4.2, 4, 4.6, 4.8, 3, 1.2,
];
/** Later, and less. */
const weekend = [
  0.8, 0.5, 0.2, 0.1, 0.05, 0.05, 0.2, 0.6, 1.4, 2.6, 3.4, 3.2, 2.8, 2.4, 2.2, 2.4, 2.6, 2.6, 2.4, 2.6, 3.2, 3.4, 2.6,
  1.6,
];

/** How likely this person writes then, beside others and other times. */
export function activityOf(member: Member, atMs: number): number {
  const late = member.isNightOwl ? 2.5 : 0;
  const local = new Date(atMs + (member.utcOffset - late) * hourMs);
  const isWeekend = [0, 6].includes(local.getUTCDay());
  return (isWeekend ? weekend : workday)[local.getUTCHours()] ?? 0;
}

export type Span = { fromMs: number; toMs: number };

/** Whether this person is there already. */
export function hasJoined({ joinsAt = 0 }: Member, atMs: number, { fromMs, toMs }: Span): boolean {
  return atMs >= fromMs + joinsAt * (toMs - fromMs);
}

/**
 * Shares a number of messages out among the hours of a time, by who is awake then: busy weekdays, quiet weekends, and no two
 * days alike, as `mood` says (around 1).
 */
export function messagesPerHour(
  members: readonly Member[],
  span: Span,
  { messages, mood }: { messages: number; mood: () => number },
): { startMs: number; messages: number }[] {
  const hours: { startMs: number; weight: number }[] = [];
  let ofDay = 1;
  for (let startMs = span.fromMs; startMs < span.toMs; startMs += hourMs) {
    if ((startMs - span.fromMs) % dayMs === 0) ofDay = mood();
    const there = members.filter((member) => hasJoined(member, startMs, span));
    const weight = there.reduce((sum, member) => sum + member.talks * activityOf(member, startMs), 0);
    hours.push({ startMs, weight: weight * ofDay });
  }
  const total = hours.reduce((sum, { weight }) => sum + weight, 0);
  let weightSoFar = 0;
  let given = 0;
  return hours.map(({ startMs, weight }) => {
    weightSoFar += weight;
    const upToHere = Math.round((weightSoFar / total) * messages);
    const ofHour = upToHere - given;
    given = upToHere;
    return { startMs, messages: ofHour };
  });
}
