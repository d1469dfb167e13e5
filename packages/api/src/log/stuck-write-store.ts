import type { Database } from '@folkmoot/db';
import { drizzleOf, sql } from '@folkmoot/db/drizzle';

/** Between the messages of one exchange a sound node leaves milliseconds; a packet that is sent again, a few hundred. */
const stuckAfter = sql.raw(`interval '1 second'`);

export type StuckWriteStore = {
  /**
   * Ends the sessions of this application whose write has run, holds the lock of its room, and waits in the middle of
   * its exchange for a node that says no more. Gives how many.
   */
  endStuckWrites(): Promise<number>;
};

/**
 * None of PostgreSQL's timeouts sees such a session: its statement is over, so `statement_timeout` is off, and before the
 * end of the exchange it is not "idle in transaction". Only keep-alive would notice, after hours. What is ended here
 * has not been committed, and its node repeats it under the same id (S5).
 */
export function createStuckWriteStore(database: Database): StuckWriteStore {
  const db = drizzleOf(database);
  return {
    async endStuckWrites() {
      const ended = await db.execute(sql`
        select pg_terminate_backend(pid)
        from pg_stat_activity
        where datname = current_database() and usename = current_user
          and application_name = current_setting('application_name')
          and state = 'active' and wait_event = 'ClientRead' and state_change < clock_timestamp() - ${stuckAfter}
          and exists (
            select from pg_locks
            where pg_locks.pid = pg_stat_activity.pid and granted
              and relation = 'folkmoot.rooms'::regclass and mode = 'RowShareLock'
          )`);
      return ended.length;
    },
  };
}
