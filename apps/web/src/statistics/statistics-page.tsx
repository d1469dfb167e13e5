import { defaultRoom } from '@folkmoot/contract';
import { type ChatStats, useStats } from '@folkmoot/react';
import { useEffect, useRef, useState } from 'react';
import { locale, texts } from '../texts.ts';
import { formatClock } from '../time/format-time.ts';
import { type Bar, BarChart } from './bar-chart.tsx';
import { toLocalHours } from './local-hours.ts';

const spans = [7, 30, 90, 365];
const fullDay = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const shortDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });

export function StatisticsPage() {
  const [days, setDays] = useState(30);
  const { stats, error, isLoading, refresh } = useStats({ days });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  return (
    <main className="statistics" aria-busy={isLoading}>
      <div className="statistics-content">
        <header>
          <h2 ref={heading} tabIndex={-1}>
            {texts.stats.heading(defaultRoom)}
          </h2>
          <div className="spans" role="group" aria-label={texts.stats.span}>
            {spans.map((span) => (
              <button key={span} type="button" aria-pressed={span === days} onClick={() => setDays(span)}>
                {texts.stats.days(span)}
              </button>
            ))}
          </div>
        </header>
        {error && (
          <p className="statistics-problem" role="alert">
            {texts.stats.failed(error.message)}{' '}
            <button type="button" className="link" onClick={refresh}>
              {texts.connection.tryAgain}
            </button>
          </p>
        )}
        {stats ? <Charts stats={stats} /> : !error && <p className="statistics-loading">{texts.stats.loading}</p>}
      </div>
    </main>
  );
}

function Charts({ stats }: { stats: ChatStats }) {
  const { daily } = stats;
  const [offsetMinutes] = useState(() => -new Date().getTimezoneOffset());
  const hours = toLocalHours(stats.hourly, offsetMinutes);
  const inSpan = daily.reduce((sum, day) => sum + day.messages, 0);
  const busiest = hours.reduce((best, hour) => (hour.messages > best.messages ? hour : best));

  const dayBars = (valueOf: (day: ChatStats['daily'][number]) => number): Bar[] =>
    daily.map((day) => {
      const at = new Date(`${day.day}T00:00:00Z`);
      return { key: day.day, label: fullDay.format(at), shortLabel: shortDay.format(at), value: valueOf(day) };
    });
  const hourBars = hours.map(({ startsAtMinute, messages }): Bar => {
    const label = formatMinute(startsAtMinute);
    return { key: label, label, shortLabel: label, value: messages };
  });

  return (
    <>
      <dl className="totals">
        <Total name={texts.stats.totalMessages} value={texts.number(stats.totalMessages)} />
        <Total name={texts.stats.totalUsers} value={texts.number(stats.totalUsers)} />
        <Total name={texts.stats.perDay} value={texts.average(inSpan / daily.length)} />
        <Total name={texts.stats.busiestHour} value={inSpan === 0 ? '–' : formatMinute(busiest.startsAtMinute)} />
      </dl>
      <BarChart
        name={texts.stats.messagesADay}
        note={texts.stats.daysNote}
        labelHeading={texts.stats.day}
        bars={dayBars(({ messages }) => messages)}
        formatValue={texts.stats.messages}
      />
      <BarChart
        name={texts.stats.peopleADay}
        note={texts.stats.daysNote}
        labelHeading={texts.stats.day}
        bars={dayBars(({ users }) => users)}
        formatValue={texts.stats.people}
      />
      <BarChart
        name={texts.stats.busiestHours}
        note={texts.stats.hoursNote}
        labelHeading={texts.stats.hour}
        bars={hourBars}
        formatValue={texts.stats.messages}
      />
    </>
  );
}

function Total({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** A time of the reader's day, spelled as they spell times. */
function formatMinute(minuteOfDay: number): string {
  return formatClock(new Date(2000, 0, 1, 0, minuteOfDay));
}
