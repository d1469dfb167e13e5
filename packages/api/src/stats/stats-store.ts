import type { ChatStats } from '@folkmoot/contract';
import type { Database } from '@folkmoot/db';
import { drizzleOf, eq, roomDays, roomHours, rooms, sql } from '@folkmoot/db/drizzle';

export type StatsStore = {
  /** The counters that the write function keeps, all in one snapshot; undefined for no such room. */
  find(room: string, days: number): Promise<ChatStats | undefined>;
};

export function createStatsStore(database: Database): StatsStore {
  const db = drizzleOf(database);
  return {
    async find(room, days) {
      const today = sql`(now() at time zone 'UTC')::date`;
      const firstDay = sql`(${today} - ${days - 1}::integer)`;
      const daily = sql<ChatStats['daily']>`(
        select json_agg(json_build_object(
          'day', to_char(calendar.day, 'YYYY-MM-DD'),
          'messages', coalesce(counted.messages, 0),
          'users', coalesce(counted.users, 0)
        ) order by calendar.day)
        from (select ${firstDay} + step as day from generate_series(0, ${days - 1}::integer) as step) as calendar
        left join ${roomDays} counted on counted.room_id = ${rooms.slug} and counted.day = calendar.day
      )`;
      const hourly = sql<ChatStats['hourly']>`(
        select json_agg(coalesce(counted.messages, 0) order by clock.hour)
        from generate_series(0, 23) as clock (hour)
        left join (
          select hour, sum(messages) as messages from ${roomHours}
          where room_id = ${rooms.slug} and day between ${firstDay} and ${today} group by hour
        ) as counted on counted.hour = clock.hour
      )`;
      const [found] = await db
        .select({ totalMessages: rooms.totalMessages, totalUsers: rooms.totalUsers, daily, hourly })
        .from(rooms)
        .where(eq(rooms.slug, room));
      return found;
    },
  };
}
