export type LocalHour = { startsAtMinute: number; messages: number };

const minutesADay = 24 * 60;

/**
 * Hours of the day in UTC as hours of the reader's day, from midnight on. Where the zone is off by half an hour, hours
 * begin at half past.
 *
 * @param offsetMinutes by which the reader's clock is ahead of UTC
 */
export function toLocalHours(hourly: readonly number[], offsetMinutes: number): LocalHour[] {
  return hourly
    .map((messages, hour) => {
      const minute = (hour * 60 + offsetMinutes) % minutesADay;
      return { startsAtMinute: (minute + minutesADay) % minutesADay, messages };
    })
    .toSorted((a, b) => a.startsAtMinute - b.startsAtMinute);
}
