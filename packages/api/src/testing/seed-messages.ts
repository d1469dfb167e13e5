import type { Database } from '@folkmoot/db';
import { drizzleOf, type SQL, sql } from '@folkmoot/db/drizzle';

const secondsApart = 30;

/** A user that `seedMessages` makes: the first wrote every tenth message and its share of the others. */
export function seededUserId(n: number): string {
  return `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/**
 * Puts `count` messages, each with its event, into an empty room, half a minute apart up to now, past the write function
 * and without checking foreign keys: for tests that need a large room and not how it came about. All counters are as the
 * write function would have kept them. A million take half a minute.
 */
export async function seedMessages(
  database: Database,
  { room, count, authors = 20 }: { room: string; count: number; authors?: number },
): Promise<void> {
  const userId = (n: SQL) => sql`('aaaaaaaa-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  const author = userId(sql`case when n % 10 = 0 then 0 else n % ${authors}::integer end`);
  const at = sql`date_trunc('milliseconds', now()) - make_interval(secs => (${count}::integer - n) * ${secondsApart}::integer)`;
  // Random to an index, and the same in both tables.
  const messageId = sql`overlay(overlay(md5(${room} || n) placing '4' from 13) placing '8' from 17)::uuid`;
  const numbers = sql`generate_series(1, ${count}::integer) as n`;

  await drizzleOf(database).transaction(async (tx) => {
    await tx.execute(sql`set local statement_timeout = 0`);
    await tx.execute(sql`set local session_replication_role = replica`);
    await tx.execute(sql`set local enable_seqscan = on`);
    await tx.execute(sql`
      insert into folkmoot.users (id, username, name)
      select ${userId(sql`n`)}, 'seed-' || n, 'Seed ' || n from generate_series(0, ${authors - 1}::integer) as n
      on conflict do nothing
    `);
    await tx.execute(sql`
      insert into folkmoot.community_chat
        (room_id, id, seq, version, user_id, message, created_at, updated_at, client_message_id, client_hash)
      select ${room}, ${messageId}, n, n, ${author}, 'message ' || n, ${at}, ${at}, gen_random_uuid(), sha256('x')
      from ${numbers}
    `);
    await tx.execute(sql`
      insert into folkmoot.room_events (room_id, seq, type, message_id, actor_id, at)
      select ${room}, n, 'message-received', ${messageId}, ${author}, ${at} from ${numbers}
    `);
    await tx.execute(sql`
      insert into folkmoot.room_author_days (room_id, day, user_id, messages)
      select room_id, (created_at at time zone 'UTC')::date, user_id, count(*)
      from folkmoot.community_chat where room_id = ${room} group by 1, 2, 3 order by 1, 2, 3
    `);
    await tx.execute(sql`
      insert into folkmoot.room_days (room_id, day, messages, users)
      select room_id, day, sum(messages), count(*) from folkmoot.room_author_days where room_id = ${room} group by 1, 2 order by 1, 2
    `);
    await tx.execute(sql`
      insert into folkmoot.room_hours (room_id, day, hour, messages)
      select room_id, (created_at at time zone 'UTC')::date, extract(hour from created_at at time zone 'UTC'), count(*)
      from folkmoot.community_chat where room_id = ${room} group by 1, 2, 3 order by 1, 2, 3
    `);
    await tx.execute(sql`
      insert into folkmoot.room_authors (room_id, user_id, messages)
      select room_id, user_id, sum(messages) from folkmoot.room_author_days where room_id = ${room} group by 1, 2 order by 1, 2
    `);
    await tx.execute(sql`
      update folkmoot.rooms set last_seq = ${count}::integer, message_rows = ${count}::integer,
        total_messages = ${count}::integer,
        total_users = (select count(*) from folkmoot.room_authors where room_id = ${room})
      where slug = ${room}
    `);
  });
}
