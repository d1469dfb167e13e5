import { formatClock, formatExactTime, formatRelativeTime } from './format-time.ts';
import { useOverTime } from './minute-clock.ts';

type TimeProps = { at: Date; className?: string };

/** How long ago; the exact time on hovering. */
export function RelativeTime({ at, className }: TimeProps) {
  const label = useOverTime((nowMs) => formatRelativeTime(at, nowMs));
  return (
    <time className={className} dateTime={at.toISOString()} title={formatExactTime(at)}>
      {label}
    </time>
  );
}

/** The time of day; the exact time on hovering. */
export function ClockTime({ at, className }: TimeProps) {
  return (
    <time className={className} dateTime={at.toISOString()} title={formatExactTime(at)}>
      {formatClock(at)}
    </time>
  );
}
