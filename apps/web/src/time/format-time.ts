import { locale, texts } from '../texts.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

// Making a formatter costs a thousand times what using it does. Twelve hours or twenty-four is the reader's habit, which
// the browser knows even where the page is in another language.
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions();
const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', ...(hourCycle && { hourCycle }) });
const dayThisYear = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOfAnotherYear = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
const exact = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  second: '2-digit',
  ...(hourCycle && { hourCycle }),
});
const relative = new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' });

export const formatClock = (at: Date): string => clock.format(at);
export const formatExactTime = (at: Date): string => exact.format(at);

/** "now", "5 min. ago", "3 hr. ago"; from a day on the time of day, for the day stands above. Minutes and hours are whole ones. */
export function formatRelativeTime(at: Date, nowMs: number): string {
  // A server's clock may be ahead of the reader's.
  const ageMs = Math.max(0, nowMs - at.getTime());
  if (ageMs < minuteMs) return texts.time.now;
  if (ageMs < hourMs) return relative.format(-Math.floor(ageMs / minuteMs), 'minute');
  if (ageMs < dayMs) return relative.format(-Math.floor(ageMs / hourMs), 'hour');
  return clock.format(at);
}

/** The heading of a day, in the reader's time zone. */
export function formatDay(at: Date, now: Date): string {
  if (isSameDay(at, now)) return texts.time.today;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (isSameDay(at, yesterday)) return texts.time.yesterday;
  return (at.getFullYear() === now.getFullYear() ? dayThisYear : dayOfAnotherYear).format(at);
}

function isSameDay(a: Date, b: Date): boolean {
  return a.getDate() === b.getDate() && a.getMonth() === b.getMonth() && a.getFullYear() === b.getFullYear();
}
